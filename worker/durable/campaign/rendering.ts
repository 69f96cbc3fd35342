import { encodeCallbackData } from "#core/meta/callback-data.ts";
import {
  expandVariables,
  type PreparedTemplate,
  prepareTemplate,
  renderRequest,
  renderText,
} from "#core/templates/rendering.ts";
import type { CampaignState } from "./state.ts";

/** Makes a recipient's message from the values kept in its row. */
export interface RenderRequest {
  template: PreparedTemplate;
  /** The request for Meta, as JSON. */
  body(contactId: string, phone: string, vars: string | null): string;
  /** What the person reads; null when the row has no message. */
  text(vars: string | null): string | null;
}

export function makeRendering(state: CampaignState): RenderRequest {
  const template = prepareTemplate(state.spec.template);
  const { campaignId } = state;
  return {
    template,
    body: (contactId, phone, vars) =>
      JSON.stringify(
        renderRequest(template, expandVariables(vars ?? "{}"), phone, encodeCallbackData({ campaignId, contactId })),
      ),
    text: (vars) => (vars === null ? null : renderText(template, expandVariables(vars))),
  };
}
