import type { TenantDb } from "#adapters/d1/tenant-db.ts";
import type { RemoteTemplate } from "#core/meta/graph.ts";

/** A statement's rows travel as one JSON parameter, of which D1 takes 2 MB; a character is at most 3 bytes. */
const MAX_CHARS = 500_000;

const UPSERT = `
  insert into templates (id, tenant_id, waba_id, meta_id, name, language, category, status, parameter_format, components,
                         rejected_reason, created_at, synced_at)
  select value ->> 'id', ?1, ?2, value ->> 'metaId', value ->> 'name', value ->> 'language', value ->> 'category',
         value ->> 'status', value ->> 'parameterFormat', value -> 'components', value ->> 'rejectedReason', ?3, ?3
  from json_each(?4) where true
  on conflict (tenant_id, waba_id, name, language) do update set
    meta_id = excluded.meta_id, category = excluded.category, status = excluded.status,
    parameter_format = excluded.parameter_format, components = excluded.components,
    rejected_reason = excluded.rejected_reason, synced_at = excluded.synced_at, removed_at = null`;

/** A row that was there has kept its own id, so the ids given are found only where the template is new. */
const LINK_NEW = `
  insert into template_lines (tenant_id, template_id, line_id)
  select t.tenant_id, t.id, l.id
  from templates t join lines l on l.tenant_id = t.tenant_id and l.waba_id = t.waba_id
  where t.tenant_id = ?1 and t.waba_id = ?2 and t.id in (select value from json_each(?3))
  on conflict do nothing`;

/** Rows of one account and the links of the new ones; each slice of them is written in whole or not at all. */
export async function writeTemplates(
  { d1, tenantId }: TenantDb,
  wabaId: string,
  templates: RemoteTemplate[],
  newId: () => string,
  now: number,
): Promise<void> {
  for (const slice of slices(templates)) {
    const rows = slice.map((template) => ({ ...template, id: newId() }));
    await d1.batch([
      d1.prepare(UPSERT).bind(tenantId, wabaId, now, JSON.stringify(rows)),
      d1.prepare(LINK_NEW).bind(tenantId, wabaId, JSON.stringify(rows.map(({ id }) => id))),
    ]);
  }
}

function slices(templates: RemoteTemplate[]): RemoteTemplate[][] {
  const all: RemoteTemplate[][] = [];
  let chars = 0;
  for (const template of templates) {
    const length = JSON.stringify(template).length;
    const last = all.at(-1);
    chars += length;
    if (last && chars <= MAX_CHARS) last.push(template);
    else {
      all.push([template]);
      chars = length;
    }
  }
  return all;
}
