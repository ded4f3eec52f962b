import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { Blocked, Retry } from '../../ports/fault.js';
import { refuseAddress } from './address.js';
import type { HttpAnswer } from './answer.js';
import { networkFault } from './network-fault.js';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call, the answer's body included; `AbortSignal.timeout` for a limit over several calls. */
  readonly signal: AbortSignal;
  /** The most bytes of an answer. Default: 1 MiB. */
  readonly mostBytes?: number;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
}

const MOST_BYTES = 1_048_576;

/**
 * One call: encrypted but on loopback, in bounded time, with a bounded answer, to the server that was named and no other. Every
 * status below 300 or above 399 is an answer; what it means is the caller's to say. Connections are not kept: a reset of a kept one
 * looks the same as a lost answer. `fetch` would do, but takes no certificates.
 * @param target whom messages name.
 * @throws Retry when there was no answer; Blocked when there will be none until somebody does something.
 */
export async function callHttp(target: string, call: HttpCall): Promise<HttpAnswer> {
  refuseAddress(target, call.url);
  try {
    const message = await send(call);
    const text = await readText(target, message, call.mostBytes ?? MOST_BYTES);
    const status = message.statusCode ?? 0;
    // Following would hand our credentials to whoever the answer names (T130).
    if (status >= 300 && status <= 399) throw redirected(target, call.url, status);
    return { status, headers: message.headers, text };
  } catch (error) {
    throw call.signal.aborted ? timeout(target, error) : networkFault(error, target);
  }
}

function send(call: HttpCall): Promise<IncomingMessage> {
  const { method, url, signal, ca, body } = call;
  const headers = {
    ...call.headers,
    'accept-encoding': 'identity',
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal, agent: false as const };
    const request =
      url.protocol === 'https:'
        ? tlsRequest(url, ca === undefined ? options : { ...options, ca })
        : plainRequest(url, options);
    request.on('response', resolve).on('error', reject).end(body);
  });
}

async function readText(target: string, message: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      throw new Blocked(
        'answer_too_large',
        `${target} answered with more than ${mostBytes} bytes`,
        `Look at what ${target} answers; it may be no such server.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function redirected(target: string, url: URL, status: number): Blocked {
  return new Blocked(
    'redirected',
    `${target} answered ${url.pathname} with a redirect (${status})`,
    `Give ${target} its final address in the settings; redirects are not followed.`,
  );
}

function timeout(target: string, cause: unknown): Retry {
  return new Retry('timeout', `${target} did not answer in time`, 0, cause);
}
