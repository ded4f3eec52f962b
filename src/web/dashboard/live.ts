import type { ServerResponse } from 'node:http';
import type { Readers } from './readers.js';
import type { Session } from './sessions.js';

/** Tells open pages that something has changed. What it is they ask for themselves, as anybody else would. */
export interface Live {
  /** Takes a response over for as long as its session listens; where too many do, it is told so. */
  open(session: Session, response: ServerResponse): void;
  /** Something has changed. Many at once are told as one. */
  changed(): void;
  /** Ends what listens in a session that was signed out of. */
  endOf(session: Session): void;
  close(): void;
}

export interface LiveOptions {
  readonly readers: Readers;
  readonly mostStreams?: number;
  readonly mostOfOne?: number;
  readonly settleMilliseconds?: number;
  readonly beatMilliseconds?: number;
  readonly mostBeats?: number;
}

/** Far fewer than the connections the server takes, so that webhooks always find one (T135). */
const MOST_STREAMS = 96;
const MOST_OF_ONE = 8;
const SETTLE_MILLISECONDS = 500;
/** Proxies cut what is silent for a minute. */
const BEAT_MILLISECONDS = 25_000;
/** A browser comes back by itself after a stream ends; so nobody holds one for ever. */
const MOST_BEATS = 24;

interface Stream {
  readonly session: Session;
  readonly response: ServerResponse;
  beats: number;
}

export function createLive(options: LiveOptions): Live {
  const streams = new Set<Stream>();
  const { mostStreams = MOST_STREAMS, mostOfOne = MOST_OF_ONE, mostBeats = MOST_BEATS } = options;
  let settling: NodeJS.Timeout | undefined;

  const end = (stream: Stream): void => {
    streams.delete(stream);
    stream.response.end();
  };

  /** Whoever may read no more hears no more either. */
  const tell = (text: string): void => {
    for (const stream of streams)
      options.readers.mayRead(stream.session.token).then(
        (may) => {
          // It may have ended while GitHub was asked, and writing behind an end is an error nobody catches.
          if (!streams.has(stream)) return;
          if (may) stream.response.write(text);
          else end(stream);
        },
        () => end(stream),
      );
  };

  const beat = setInterval(() => {
    for (const stream of streams) {
      stream.beats += 1;
      if (stream.beats > mostBeats) end(stream);
    }
    tell(': still here\n\n');
  }, options.beatMilliseconds ?? BEAT_MILLISECONDS);
  beat.unref();

  return {
    open(session, response) {
      const own = [...streams].filter((stream) => stream.session.id === session.id);
      if (streams.size >= mostStreams || own.length >= mostOfOne) {
        response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end('too many listen\n');
        return;
      }
      const stream: Stream = { session, response, beats: 0 };
      streams.add(stream);
      response.on('close', () => streams.delete(stream));
      // `no-transform`: a proxy that compresses would hold it back.
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 5000\n\n');
    },
    changed() {
      settling ??= setTimeout(() => {
        settling = undefined;
        tell('event: changed\ndata: \n\n');
      }, options.settleMilliseconds ?? SETTLE_MILLISECONDS);
    },
    endOf(session) {
      for (const stream of streams) if (stream.session.key === session.key) end(stream);
    },
    close() {
      clearInterval(beat);
      clearTimeout(settling);
      for (const stream of streams) end(stream);
    },
  };
}
