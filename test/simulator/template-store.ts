import type { Accounts } from "./accounts.ts";
import type { Behaviour } from "./behaviour.ts";
import type { GraphFailure } from "./errors.ts";
import { newObjectId } from "./identifiers.ts";
import { fail, ok, type Result, type Template } from "./model.ts";
import type { Outbox } from "./outbox.ts";
import { checkDefinition } from "./template-definition.ts";

/** How long review takes, before the time scale. Meta's takes minutes to a day. */
const REVIEW_MS = 3000;
/** Deleted names cannot be used again for so long. */
const NAME_BLOCKED_MS = 30 * 24 * 60 * 60 * 1000;
const EDITABLE = ["APPROVED", "REJECTED", "PAUSED"];

const refusal = (subcode: number, details: string): GraphFailure => ({ code: 100, subcode, details });

/** Creating, editing, reviewing and deleting templates. */
export class TemplateStore {
  constructor(
    private readonly accounts: Accounts,
    private readonly outbox: Outbox,
    private readonly timeScale: number,
    private readonly behaviour: () => Behaviour,
  ) {}

  create(wabaId: string, body: unknown, nowMs: number): Result<Template, GraphFailure> {
    const checked = checkDefinition(body);
    if (!checked.ok) return checked;
    const { name, language, category, parameter_format, components } = checked.value;
    const siblings = this.accounts.templates.where((template) => template.wabaId === wabaId && template.name === name);
    if (siblings.some((template) => template.language === language && template.status !== "DELETED"))
      return fail(refusal(2388024, "There is already content in this language for this template name."));
    if (siblings.some((template) => template.status === "DELETED" && template.updatedAtMs > nowMs - NAME_BLOCKED_MS))
      return fail(refusal(2388023, "This template name was deleted and cannot be used for 30 days."));
    const template: Template = {
      id: newObjectId(),
      wabaId,
      name,
      language,
      category,
      status: "PENDING",
      parameterFormat: parameter_format,
      components,
      rejectedReason: "NONE",
      updatedAtMs: nowMs,
    };
    this.accounts.templates.put(template);
    this.awaitReview(template.id, nowMs);
    return ok(template);
  }

  /** A new list of components sends the template through review again. */
  edit(template: Template, body: unknown, nowMs: number): Result<Template, GraphFailure> {
    if (!EDITABLE.includes(template.status))
      return fail(refusal(2388003, `A template that is ${template.status} cannot be edited.`));
    const changes = typeof body === "object" && body !== null ? body : {};
    const checked = checkDefinition({
      category: template.category,
      parameter_format: template.parameterFormat,
      components: template.components,
      ...changes,
      name: template.name,
      language: template.language,
    });
    if (!checked.ok) return checked;
    const { category, components } = checked.value;
    const edited: Template = { ...template, category, components, status: "PENDING", updatedAtMs: nowMs };
    this.accounts.templates.put(edited);
    this.awaitReview(edited.id, nowMs);
    return ok(edited);
  }

  /** All languages of a name, or the one with that id. */
  delete(wabaId: string, name: string | null, templateId: string | null, nowMs: number): Result<null, GraphFailure> {
    const doomed = this.accounts
      .templatesOf(wabaId)
      .filter(
        (template) => (name === null || template.name === name) && (templateId === null || template.id === templateId),
      );
    if ((name === null && templateId === null) || !doomed.length)
      return fail(refusal(2593002, "No message template matches."));
    for (const template of doomed) this.accounts.templates.put({ ...template, status: "DELETED", updatedAtMs: nowMs });
    return ok(null);
  }

  /** The verdict on a template that waits; null when it does not wait (any more) or is left waiting. */
  review(templateId: string, nowMs: number): Template | null {
    const template = this.accounts.templates.get(templateId);
    const verdict = this.behaviour().templateReview;
    if (template?.status !== "PENDING" || verdict === "hold") return null;
    const reviewed: Template = {
      ...template,
      status: verdict === "approve" ? "APPROVED" : "REJECTED",
      rejectedReason: verdict === "approve" ? "NONE" : "INVALID_FORMAT",
      updatedAtMs: nowMs,
    };
    this.accounts.templates.put(reviewed);
    return reviewed;
  }

  private awaitReview(templateId: string, nowMs: number): void {
    this.outbox.plan("review", { templateId }, Math.round(nowMs + REVIEW_MS * this.timeScale));
  }
}
