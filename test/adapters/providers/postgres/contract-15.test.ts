import { postgresFlavour } from '../../../support/postgres.js';
import { postgresContract } from './harness.js';

postgresContract(await postgresFlavour(15));
