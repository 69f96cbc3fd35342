/** Some thousands of an audience's members who are looked at together, once all of an import's file has been stored. */
export interface RemovalStep {
  importId: string;
  audienceId: string;
  /** Those whom the file does not name leave the audience. */
  replaces: boolean;
  /** Those whom it names leave the audiences of other segments. */
  onlyThisSegment: boolean;
  /** The members after `from`, up to `to`; both are ids of contacts. */
  from: string;
  to: string;
  /** There are no members after `to`. */
  isLast: boolean;
  /** Another for each try. */
  token: string;
  now: number;
}

/** The next members, of whom the last is told, and whether it is the last of all. An audience without any has an end as well. */
export async function nextMembers(
  d1: D1Database,
  tenantId: string,
  { audienceId, from, limit }: { audienceId: string; from: string; limit: number },
): Promise<Pick<RemovalStep, "to" | "isLast">> {
  const { results } = await d1
    .prepare(
      `select contact_id as id from audience_members
       where tenant_id = ?1 and audience_id = ?2 and contact_id > ?3 order by contact_id limit ?4`,
    )
    .bind(tenantId, audienceId, from, limit)
    .all<{ id: string }>();
  return { to: results.at(-1)?.id ?? from, isLast: results.length < limit };
}

/**
 * The statements of a step, for one `batch`. As in a step that stores rows, the first claims it, and the others do nothing
 * without its claim. What is counted is counted before it is gone.
 */
export function removalStepStatements(d1: D1Database, tenantId: string, step: RemovalStep) {
  const { importId, audienceId, from, to, token, now } = step;
  const claim = d1.prepare(CLAIM).bind(tenantId, importId, token, from);
  const guarded = (sql: string, ...values: (string | number)[]) =>
    d1.prepare(sql.replace("GUARD", GUARD)).bind(tenantId, importId, token, ...values);
  const ofMembers = (sql: string) => guarded(sql, audienceId, from, to);

  const statements = [claim];
  if (step.replaces) statements.push(ofMembers(COUNT_REMOVED), ofMembers(REMOVE));
  if (step.onlyThisSegment) statements.push(...[COUNT_MOVED, COUNT_ELSEWHERE, REMOVE_ELSEWHERE].map(ofMembers));
  if (step.isLast) statements.push(guarded(COUNT_AUDIENCE, audienceId));
  statements.push(guarded(step.isLast ? END : MOVE, to, now));
  return statements;
}

const GUARD = `(select count(*) from imports where tenant_id = ?1 and id = ?2 and status = 'running'
                  and json_extract(cursor, '$.step') = ?3)`;

const CLAIM = `
update imports set cursor = json_set(cursor, '$.step', ?3)
where tenant_id = ?1 and id = ?2 and status = 'running' and pass = 'removal'
  and coalesce(json_extract(cursor, '$.removedTo'), '') = ?4`;

const OTHERS = `
from audience_members where tenant_id = ?1 and audience_id = ?4 and contact_id > ?5 and contact_id <= ?6
  and import_id is not ?2`;
const COUNT_REMOVED = `
update imports set removed_contacts = removed_contacts + (select count(*) ${OTHERS})
where tenant_id = ?1 and id = ?2 and GUARD`;
const REMOVE = `delete ${OTHERS} and GUARD`;

/** Memberships of the file's people in audiences of other segments. */
const ELSEWHERE = `
from audience_members as here
cross join audiences as other on other.tenant_id = ?1
  and other.segment_id <> (select segment_id from audiences where tenant_id = ?1 and id = ?4)
cross join audience_members as there on there.tenant_id = ?1 and there.audience_id = other.id
  and there.contact_id = here.contact_id
where here.tenant_id = ?1 and here.audience_id = ?4 and here.contact_id > ?5 and here.contact_id <= ?6
  and here.import_id = ?2`;
const COUNT_MOVED = `
update imports set moved_contacts = moved_contacts + (select count(distinct here.contact_id) ${ELSEWHERE})
where tenant_id = ?1 and id = ?2 and GUARD`;
const COUNT_ELSEWHERE = `
update audiences set contact_count = contact_count - leaving.people
from (select there.audience_id as id, count(*) as people ${ELSEWHERE} group by 1) as leaving
where audiences.tenant_id = ?1 and audiences.id = leaving.id and GUARD`;
const REMOVE_ELSEWHERE = `
delete from audience_members
where tenant_id = ?1 and (audience_id, contact_id) in (select there.audience_id, there.contact_id ${ELSEWHERE}) and GUARD`;

const COUNT_AUDIENCE = `
update audiences
set contact_count = (select count(*) from audience_members where tenant_id = ?1 and audience_id = ?4)
where tenant_id = ?1 and id = ?4 and GUARD`;

const MOVE = `
update imports set cursor = json_set(cursor, '$.removedTo', ?4), moved_at = ?5, recovery_attempts = 0
where tenant_id = ?1 and id = ?2 and GUARD`;
const END = `
update imports set cursor = json_set(cursor, '$.removedTo', ?4), moved_at = ?5, status = 'completed', completed_at = ?5
where tenant_id = ?1 and id = ?2 and GUARD`;
