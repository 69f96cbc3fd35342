import type { LeaseRequest, SendReport } from "#contracts/portfolio-rpc.ts";
import { PortfolioObject } from "#durable/portfolio/object.ts";
import { between } from "./checkpoints.ts";

/** The product's portfolio object with a checkpoint before and after each thing that sending asks of it. */
export class WatchedPortfolio extends PortfolioObject {
  override lease(request: LeaseRequest) {
    return between("lease", () => super.lease(request));
  }

  override report(report: SendReport): Promise<void> {
    return between("report", () => super.report(report));
  }
}
