/** How words look: a terminal passes colours, everything else takes them as they are. */
export type Paint = (style: 'good' | 'bad' | 'warn' | 'dim' | 'strong', text: string) => string;

export const unpainted: Paint = (_style, text) => text;
