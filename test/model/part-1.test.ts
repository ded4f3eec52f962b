import { modelPart } from './part.js';

modelPart(1);
