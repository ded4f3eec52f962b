import { Gauge, type Registry } from 'prom-client';

interface Known {
  readonly name: string;
  readonly help: string;
  /** Asked for when somebody collects; `undefined` where nobody knows, which is not 0. */
  readonly value: () => number | undefined | Promise<number | undefined>;
}

/** A gauge that is absent while its value is unknown. */
export function knownGauge(registers: readonly Registry[], { name, help, value }: Known): void {
  new Gauge({
    name,
    help,
    registers: [...registers],
    async collect() {
      const now = await value();
      if (now === undefined) this.remove();
      else this.set(now);
    },
  });
}
