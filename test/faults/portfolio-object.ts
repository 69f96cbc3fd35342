import { PortfolioObject } from "../../worker/durable/portfolio-object.ts";
import type { GrantRequest, ReserveRequest, SendReport } from "../../worker/durable/rpc.ts";
import { between } from "./checkpoints.ts";

/** The product's portfolio object with a checkpoint before and after each thing that sending asks of it. */
export class WatchedPortfolio extends PortfolioObject {
  override grant(request: GrantRequest) {
    return between("grant", () => super.grant(request));
  }

  override reserve(request: ReserveRequest) {
    return between("reserve", () => super.reserve(request));
  }

  override report(report: SendReport): Promise<void> {
    return between("report", () => super.report(report));
  }
}
