export interface Pacing {
  percent: number;
  intervalMinutes: number;
}

export interface InService {
  mode: "include" | "exclude";
  withinMinutes?: number | undefined;
}
