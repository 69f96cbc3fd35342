/** One accepted message, for counting. */
export interface Arrival {
  phoneId: string;
  atMs: number;
}

export interface PhoneRate {
  phoneId: string;
  accepted: number;
  /** Most in one second of the clock. */
  worstCalendarSecond: number;
  /** Most in any 1000 ms, wherever they begin. */
  worstSlidingSecond: number;
}

export interface Rates {
  phones: PhoneRate[];
  /** Over all numbers, in the 60 s that held the most (or in the whole run when it was shorter). */
  busiestMinute: { messages: number; perSecond: number };
}

/** Moments kept only as long as a window needs them. */
class Sliding {
  private moments: number[] = [];
  private first = 0;
  worst = 0;
  constructor(private readonly lengthMs: number) {}

  add(atMs: number): void {
    this.moments.push(atMs);
    while ((this.moments[this.first] ?? atMs) <= atMs - this.lengthMs) this.first++;
    this.worst = Math.max(this.worst, this.moments.length - this.first);
    if (this.first < 10_000) return;
    this.moments = this.moments.slice(this.first);
    this.first = 0;
  }
}

/** Reads the record in order of time, once; memory does not grow with it. */
export function worstRates(arrivals: Iterable<Arrival>): Rates {
  const phones = new Map<string, { rate: PhoneRate; sliding: Sliding; second: number; inSecond: number }>();
  const minute = new Sliding(60_000);
  let firstMs: number | null = null;
  let lastMs = 0;
  for (const { phoneId, atMs } of arrivals) {
    firstMs ??= atMs;
    lastMs = atMs;
    minute.add(atMs);
    let phone = phones.get(phoneId);
    if (!phone) {
      const rate = { phoneId, accepted: 0, worstCalendarSecond: 0, worstSlidingSecond: 0 };
      phone = { rate, sliding: new Sliding(1000), second: -1, inSecond: 0 };
      phones.set(phoneId, phone);
    }
    const second = Math.floor(atMs / 1000);
    phone.inSecond = second === phone.second ? phone.inSecond + 1 : 1;
    phone.second = second;
    phone.sliding.add(atMs);
    phone.rate.accepted++;
    phone.rate.worstCalendarSecond = Math.max(phone.rate.worstCalendarSecond, phone.inSecond);
    phone.rate.worstSlidingSecond = phone.sliding.worst;
  }
  const seconds = Math.min(60, Math.max(1, (lastMs - (firstMs ?? lastMs)) / 1000));
  return {
    phones: [...phones.values()].map((phone) => phone.rate),
    busiestMinute: { messages: minute.worst, perSecond: Math.round((minute.worst / seconds) * 10) / 10 },
  };
}
