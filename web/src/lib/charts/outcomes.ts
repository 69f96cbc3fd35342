interface Flow {
  sent: number;
  delivered: number;
  read: number;
  failed: number;
}

/** How far each message got, each counted once, so that the parts of a bar add up. */
export interface Outcomes {
  read: number;
  deliveredOnly: number;
  sentOnly: number;
  failed: number;
}

/** The API's figures are cumulative (read implies delivered implies sent): the parts are the differences. */
export function outcomesOf({ sent, delivered, read, failed }: Flow): Outcomes {
  return {
    read,
    deliveredOnly: Math.max(0, delivered - read),
    sentOnly: Math.max(0, sent - delivered),
    failed,
  };
}
