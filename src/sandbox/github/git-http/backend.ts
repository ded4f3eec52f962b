import { spawn } from 'node:child_process';
import { gitEnvironment } from '../git/run.js';

export interface CgiRequest {
  readonly root: string;
  readonly path: string;
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly user: string;
  readonly namespace?: string;
}

export interface CgiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Runs git's own `http-backend` for one request. */
export function httpBackend(request: CgiRequest): Promise<CgiAnswer> {
  const { GIT_DIR: _whole, ...environment } = gitEnvironment('');
  const header = (name: string): string => String(request.headers[name] ?? '');
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      stdio: 'pipe',
      env: {
        ...environment,
        GIT_PROJECT_ROOT: request.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: request.path,
        REQUEST_METHOD: request.method,
        QUERY_STRING: request.query,
        CONTENT_TYPE: header('content-type'),
        CONTENT_LENGTH: String(request.body.length),
        GIT_PROTOCOL: header('git-protocol'),
        REMOTE_USER: request.user,
        REMOTE_ADDR: '127.0.0.1',
        ...(request.namespace === undefined ? {} : { GIT_NAMESPACE: request.namespace }),
      },
    });
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.resume();
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', () => resolve(parseCgi(Buffer.concat(out))));
    child.stdin.end(request.body);
  });
}

function parseCgi(output: Buffer): CgiAnswer {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) return { status: 500, headers: {}, body: Buffer.from('git http-backend gave no answer') };
  const lines = output.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}
