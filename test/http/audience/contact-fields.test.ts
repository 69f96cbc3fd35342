import { describe, expect, test } from "vitest";
import { CONTACT_FIELDS, FIELD_RULES } from "#core/audience/contact-fields.ts";
import { contact } from "#http/audience/contacts.schema.ts";
import { aTenant } from "../../support/builders.ts";
import { FIELD_EXAMPLES, nothingKnown, stored, written } from "../../support/contact-fields.ts";
import { expectBody, expectProblem } from "../../support/expect-problem.ts";

const NUMBER = { phone: "11961234567" };

describe.each(CONTACT_FIELDS)("a contact's %s", (field) => {
  test("is unknown until it is given, and changes and goes without any other", async () => {
    const t = await aTenant();
    const { id, ...made } = await expectBody(await t.call("POST", "/v1/contacts", NUMBER), 201, contact.strict());
    expect(made).toMatchObject(nothingKnown);
    const patch = async (body: object) =>
      expectBody(await t.call("PATCH", `/v1/contacts/${id}`, body), 200, contact.strict());
    expect(await patch({ [field]: written[field] })).toMatchObject({ ...nothingKnown, [field]: stored[field] });
    expect(await patch(written)).toMatchObject(stored);
    expect(await patch({ name: "Ana" })).toMatchObject(stored);
    expect(await patch({ [field]: null })).toMatchObject({ ...stored, [field]: null });
    expect(await patch({ [field]: written[field] })).toMatchObject(stored);
    expect(await patch({ [field]: " " })).toMatchObject({ ...stored, [field]: null });
  });

  const { maxLength } = FIELD_RULES[field];
  test("is no longer than it may be", async () => {
    const t = await aTenant();
    const response = await t.call("POST", "/v1/contacts", { ...NUMBER, [field]: "1".repeat(maxLength + 1) });
    const { errors } = await expectProblem(response, 400, "invalid_request");
    expect(errors?.map(({ path }) => path)).toEqual([field]);
  });
});

test.each(CONTACT_FIELDS.filter((field) => FIELD_RULES[field].refusal))(
  "a %s that can't be one is refused without being named",
  async (field) => {
    const t = await aTenant();
    const code = FIELD_RULES[field].refusal?.code ?? "";
    const wrong = FIELD_EXAMPLES[field].wrong ?? "";
    const response = await t.call("POST", "/v1/contacts", { ...NUMBER, [field]: wrong });
    const problem = await expectProblem(response, code === "invalid_document" ? 422 : 400, code);
    expect(problem.errors?.map(({ path }) => path)).toEqual([field]);
    expect(JSON.stringify(problem)).not.toContain(wrong);
  },
);
