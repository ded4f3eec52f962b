/**
 * A receiver for targets of kind `webhook` that hands each call to a program, such as a plugin that lies here, on another machine than Hallpass.
 *
 *   node receiver.mjs PORT SECRETS PROGRAM [ARGUMENT…]
 *
 * SECRETS is a file with signing secrets, one a line. It listens on loopback: let a proxy that ends TLS stand before it.
 */
import { spawn } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, secrets, program, ...args] = process.argv.slice(2);
const LONGEST_BODY = 1_048_576;
/** Seconds a message may be old or ahead, and an answer is remembered: a captured message is worth nothing after that. */
const TOLERANCE = 300;

/** Answers by id of the message: what was answered once is not done again. */
const answers = new Map();

function isSigned({ headers }, body) {
  const [id, at, given] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`] ?? '');
  if (!(Math.abs(Date.now() / 1_000 - Number(at)) <= TOLERANCE)) return false;
  const signatures = given.split(' ').map((one) => Buffer.from(one));
  // Read at every call, so that secrets rotate without a restart.
  const lines = readFileSync(secrets, 'utf8').split('\n').filter(Boolean);
  return lines.some((line) => {
    const key = Buffer.from(line.replace('whsec_', ''), 'base64');
    const wanted = Buffer.from(
      `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`,
    );
    return signatures.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
  });
}

/** @returns what the program prints, or undefined when it fails. It gets no environment, as it would from Hallpass. */
function run(body) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: {},
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 60_000,
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? text : undefined));
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${body}\n`);
  });
}

/** Two attempts at one message share its answer, also while the first is still at work. One that failed may be tried again. */
function answerOnce(id, body) {
  for (const [known, { at }] of answers) if (Date.now() - at > 2_000 * TOLERANCE) answers.delete(known);
  if (!answers.has(id)) answers.set(id, { at: Date.now(), text: run(body) });
  const { text } = answers.get(id);
  text.then((said) => said === undefined && answers.delete(id));
  return text;
}

async function bodyOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function handle(request, response) {
  const body = await bodyOf(request);
  if (body === undefined) return response.writeHead(413).end();
  if (request.method !== 'POST' || !isSigned(request, body)) return response.writeHead(401).end();
  const text = await answerOnce(request.headers['webhook-id'], body);
  if (text === undefined) return response.writeHead(503).end();
  return response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.writeHead(500).end());
});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
