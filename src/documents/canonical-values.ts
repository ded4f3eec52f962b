import { flowScalar, item, valueOfKey } from './canonical.js';
import { type Cursor, isTaken, token } from './canonical-codes.js';
import type { Leaf } from './canonical-leaf.js';
import { NOT_CANONICAL, restInFlow, restOfLine, SPACE } from './canonical-lines.js';
import { BAR, literal, QUOTE, quoted } from './canonical-scalars.js';
import { bare } from './record.js';

/** Reads one kind of value at one depth, up to the break of its last line. */
export interface Reader {
  /** What follows a key and its colon. */
  ofKey(cursor: Cursor): unknown;
  /** What follows the dash of a list. */
  ofItem(cursor: Cursor): unknown;
  /** What stands between brackets, up to what follows it there. */
  inFlow(cursor: Cursor): unknown;
}

const [NULL, SPACE_NULL] = [token('null'), token(' null')];

export function scalarAt(leaf: Leaf, indent: number): Reader {
  const ofItem = (cursor: Cursor): unknown => {
    switch (cursor.codes[cursor.at]) {
      case QUOTE:
        return leaf.text(quoted(cursor));
      case BAR:
        return leaf.text(upToBreak(cursor, literal(cursor, indent)));
      default:
        return leaf.plain(restOfLine(cursor));
    }
  };
  return {
    ofKey(cursor) {
      if (cursor.codes[cursor.at] !== SPACE) throw NOT_CANONICAL;
      cursor.at += 1;
      return ofItem(cursor);
    },
    ofItem,
    inFlow: (cursor) =>
      cursor.codes[cursor.at] === QUOTE ? leaf.text(quoted(cursor)) : leaf.plain(restInFlow(cursor)),
  };
}

/** Who has read the line to its end, break included, goes back before that. */
function upToBreak<T>(cursor: Cursor, value: T): T {
  cursor.at -= 1;
  return value;
}

/** Somebody else's data: read as it is spelled. @param type what it has to be; absent: anything. */
export function anythingAt(indent: number, type: string | undefined): Reader {
  const checked = (value: unknown): unknown => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (type === 'object' && !isMapping) throw NOT_CANONICAL;
    return bare(value);
  };
  return {
    ofKey: (cursor) => checked(upToBreak(cursor, valueOfKey(cursor, indent))),
    ofItem: (cursor) => checked(upToBreak(cursor, item(cursor, indent))),
    inFlow: (cursor) => checked(flowScalar(cursor)),
  };
}

export function orNull(isNullable: boolean, reader: Reader): Reader {
  if (!isNullable) return reader;
  return {
    ofKey: (cursor) => (isTaken(cursor, SPACE_NULL) ? null : reader.ofKey(cursor)),
    ofItem: (cursor) => (isTaken(cursor, NULL) ? null : reader.ofItem(cursor)),
    inFlow: (cursor) => (isTaken(cursor, NULL) ? null : reader.inFlow(cursor)),
  };
}
