import { parseInstant } from '../core/time.js';

/** Stricter than the format of that name: whole seconds, `Z`, and dates that exist (T087). */
export const isDateTime = (text: string): boolean => parseInstant(text) !== undefined;
