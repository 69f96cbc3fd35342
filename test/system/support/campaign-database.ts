import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * How many recipients a campaign's own database holds. Read from the file, because a campaign that prepares its
 * audience answers only between two steps.
 */
export function recipientsOnDisk(stateFolder: string, campaignId: string): number {
  const folder = join(stateFolder, "v3/do/whatsapp-campaigns-api-CampaignObject");
  if (!existsSync(folder)) return 0;
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    try {
      const found = database.prepare("select count(*) as n from state where value like ?").get(`%${campaignId}%`);
      if (found?.n) return Number(database.prepare("select count(*) as n from recipients").get()?.n);
    } catch {
      // Not a campaign, or one that is only just being made.
    } finally {
      database.close();
    }
  }
  return 0;
}
