/** Events on their way out, as they are to be written. */
export interface Shipment {
  /** Ids of the records, in their order: equal for the same shipment sent again. */
  readonly ids: readonly string[];
  readonly records: readonly object[];
}

/** Where events go. */
export interface Sink {
  /**
   * Resolves when the other side has them for good. Throws `Retry` when it may go well later and `Blocked` when not; then they may have
   * arrived all the same, and the same ones come again.
   */
  deliver(shipment: Shipment): Promise<void>;
}
