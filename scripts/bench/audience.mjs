import { executeSql } from "../lib/stack.mjs";
import { figure, underLoad } from "./figures.mjs";
import { withFixture } from "./fixture.mjs";

const CONTACTS = 1_000_000;
/** Repeated so often; the middle one is told. */
const TIMES = 5;

/** What questions about a large tenant's contacts take. Each part measures one and answers with its figures. */
const PARTS = [dynamicCount];

export async function measure({ contacts = CONTACTS }) {
  return withFixture({ lines: 0 }, async (fixture) => {
    const startedAt = Date.now();
    await executeSql(fixture.stack, contactsSql(fixture.tenantId, contacts));
    const made = figure("contacts", contacts, "", `written straight into D1 in ${seconds(startedAt).toFixed(0)} s`);
    const used = fixture.meter();
    const figures = [];
    for (const part of PARTS) figures.push(...(await part(fixture, contacts)));
    return [made, ...figures, underLoad(used().busy)];
  });
}

/** A dynamic audience with five conditions: of consent, age, place, hashtags and an attribute. */
async function dynamicCount({ call }) {
  const filter = {
    optIn: { status: ["granted"] },
    createdWithinDays: 365,
    states: ["SP", "RJ"],
    hashtagsAny: ["vip", "cobrança"],
    attributes: [{ name: "Cidade", op: "eq", value: "sao paulo" }],
  };
  const dear = { attributes: [{ name: "Valor", op: "gt", value: "1.000,00" }] };
  return [
    ...(await counted(call, filter, "count, five conditions")),
    ...(await counted(call, dear, "count, one amount of every contact")),
  ];
}

async function counted(call, filter, name) {
  const times = [];
  let answer;
  for (let i = 0; i < TIMES; i++) {
    const startedAt = Date.now();
    answer = await call("POST", "/v1/audiences/count", { filter });
    times.push(seconds(startedAt));
  }
  times.sort((a, b) => a - b);
  const { matched, looked, complete } = answer;
  const how = `${matched} of ${looked}${complete ? "" : ", not all"}; the middle of ${TIMES}, slowest ${times.at(-1).toFixed(2)} s`;
  return [figure(name, times[Math.floor(TIMES / 2)], "s", how, 2)];
}

const seconds = (since) => (Date.now() - since) / 1_000;

/** Contacts of some area codes, cities, hashtags and amounts, as an import would have left them. */
const contactsSql = (tenantId, contacts) => `
insert into contacts (id, tenant_id, phone, name, document, email, hashtags, attributes, opt_in_status, opt_in_source,
                      opt_in_at, created_at, updated_at)
  with recursive n(i) as (select 0 union all select i + 1 from n where i < ${contacts - 1})
  select printf('con_%026d', i), '${tenantId}',
         '+55' || (case i % 5 when 0 then 11 when 1 then 21 when 2 then 81 when 3 then 31 else 41 end) || printf('9%08d', i),
         'Maria da Conceição ' || i, printf('%011d', i), case when i % 2 then 'p' || i || '@example.com' end,
         case i % 4 when 0 then '["vip","cobrança"]' when 1 then '["promo"]' else '[]' end,
         json_object('Cidade', case i % 3 when 0 then 'São Paulo' when 1 then 'Recife' else 'Belo Horizonte' end,
                     'Valor', printf('%d,%02d', i % 2000, i % 100), 'Vencimento', printf('%02d/12/2026', 1 + i % 28)),
         case when i % 10 = 0 then 'revoked' else 'granted' end, 'site', ${Date.now()}, ${Date.now()} - (i % 500) * 86400000,
         ${Date.now()} from n;
`;
