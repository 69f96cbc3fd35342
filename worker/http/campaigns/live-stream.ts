import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { CampaignRpc, CampaignSnapshot } from "#contracts/campaign-rpc.ts";
import { isOver } from "#core/campaigns/status.ts";
import { ratesOf } from "#core/sending/rates.ts";
import { presentWaits } from "#core/sending/waiting.ts";
import { isoOrNull } from "#core/shared/time.ts";
import type { LiveMessage } from "#http/campaigns/live.schema.ts";
import type { AppEnv } from "#http/kit/context.ts";
import { logFailure } from "#log.ts";

/** Live pages are told at most twice a second. */
const POLL_MS = 500;
/** Asking the object counts as a subrequest, of which an invocation has 10,000: after an hour the client comes anew. */
const MOST_POLLS = 7_200;
/** Proxies cut connections that are silent for a minute; writing is also how a client that has gone is noticed. */
const POLLS_PER_COMMENT = 30;

/** The live connection for who can't or won't speak WebSocket: asks the object and tells what has changed. */
export function streamCounts(
  c: Context<AppEnv>,
  object: Pick<CampaignRpc, "snapshot">,
  first: CampaignSnapshot,
  mostPolls = MOST_POLLS,
): Response {
  const campaignId = c.req.param("id");
  return streamSSE(c, async (stream) => {
    let sent = "";
    let snapshot: CampaignSnapshot | null = first;
    try {
      for (let polls = 0; snapshot && polls < mostPolls && !stream.aborted; polls++) {
        const current = JSON.stringify(snapshot);
        if (current !== sent) {
          sent = current;
          await stream.writeSSE({ data: JSON.stringify(messageOf(snapshot)) });
        } else if (polls % POLLS_PER_COMMENT === 0) {
          await stream.write(": still here\n\n");
        }
        if (isOver(snapshot.status)) return await stream.writeSSE({ event: "end", data: snapshot.status });
        await stream.sleep(POLL_MS);
        snapshot = await object.snapshot();
      }
    } catch (error) {
      // The stream ends, and an EventSource opens it again by itself.
      logFailure("live_stream_cut", error, { campaignId });
    }
  });
}

function messageOf({ status, statusReason, waitsUntil, waiting, counts, accounting }: CampaignSnapshot): LiveMessage {
  return {
    type: "counts",
    status,
    statusReason,
    waitsUntil: isoOrNull(waitsUntil),
    waiting: presentWaits(waiting),
    counts,
    rates: ratesOf(counts),
    accounting,
    at: new Date().toISOString(),
  };
}
