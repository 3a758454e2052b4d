import assert from "node:assert/strict";
import { sampleAdmin } from "../sample_source.ts";

const ADMIN = "type.googleapis.com/envoy.admin.v3";

async function dump(query: string): Promise<{ status: number; type: string | null; text: string }> {
  const { ask } = sampleAdmin();
  const answer = await ask(`/config_dump${query}`);
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
}

Deno.test("/config_dump gives every component, also the empty ones", async () => {
  const { text, type } = await dump("");
  assert.equal(type, "application/json");
  const { configs } = JSON.parse(text);
  assert.deepEqual(configs.map((config: Record<string, string>) => config["@type"]), [
    `${ADMIN}.BootstrapConfigDump`,
    `${ADMIN}.ClustersConfigDump`,
    `${ADMIN}.ScopedRoutesConfigDump`,
  ]);
  assert.equal(text, `${JSON.stringify({ configs }, null, 1)}\n`);
});

Deno.test("/config_dump?include_eds rebuilds the endpoints as Envoy does", async () => {
  const root = `${Deno.env.get("DENVOY_SHARED") ?? "../shared"}/conformance/envoy_admin`;
  const theirs = JSON.parse(Deno.readTextFileSync(`${root}/config_dump.json`)).configs
    .find((config: Record<string, string>) => config["@type"] === `${ADMIN}.EndpointsConfigDump`);
  const ours = JSON.parse((await dump("?include_eds")).text).configs[2];
  theirs.static_endpoint_configs.reverse();
  assert.equal(JSON.stringify(ours), JSON.stringify(theirs));
});

Deno.test("/config_dump?resource gives each element as a message", async () => {
  const { configs } = JSON.parse((await dump("?resource=static_clusters")).text);
  assert.deepEqual(configs.map((config: { cluster: { name: string } }) => config.cluster.name), ["web", "api"]);
  assert.equal(configs[0]["@type"], `${ADMIN}.ClustersConfigDump.StaticCluster`);
  assert.equal((await dump("?resource=dynamic_active_clusters")).text, "{}\n");
});

Deno.test("/config_dump?name_regex matches whole names and leaves the bootstrap", async () => {
  const { configs } = JSON.parse((await dump("?name_regex=we.")).text);
  assert.equal(configs[0].bootstrap.node.id, "node-1");
  assert.deepEqual(configs[1].static_clusters.map((item: { cluster: { name: string } }) => item.cluster.name), ["web"]);
  const none = JSON.parse((await dump("?name_regex=we")).text).configs[1];
  assert.deepEqual(Object.keys(none), ["@type"]);
});

Deno.test("/config_dump?name_regex matches the names of scopes, not the one that they have together", async () => {
  const scopesOf = async (regex: string) => {
    const { configs } = JSON.parse((await dump(`?resource=inline_scoped_route_configs&name_regex=${regex}`)).text);
    assert.deepEqual(configs.map((config: { name: string }) => config.name), ["scopes"]);
    return configs[0].scoped_route_configs?.map((scope: { name: string }) => scope.name);
  };
  assert.deepEqual(await scopesOf(""), ["web", "api"]);
  assert.deepEqual(await scopesOf("a.i"), ["api"]);
  assert.equal(await scopesOf("scopes"), undefined);
});

Deno.test("/config_dump?mask keeps the named fields of the components it fits", async () => {
  const { configs } = JSON.parse((await dump("?mask=bootstrap.node.id")).text);
  assert.deepEqual(configs, [{ "@type": `${ADMIN}.BootstrapConfigDump`, bootstrap: { node: { id: "node-1" } } }]);
  const whole = JSON.parse((await dump("?mask=static_clusters")).text).configs;
  assert.equal(whole[0].static_clusters.length, 2);
});

Deno.test("/config_dump?resource&mask reaches into the packed resource", async () => {
  const { configs } = JSON.parse((await dump("?resource=static_clusters&mask=cluster.name")).text);
  assert.deepEqual(configs[1], {
    "@type": `${ADMIN}.ClustersConfigDump.StaticCluster`,
    cluster: { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "api" },
  });
});

const refusals: Array<[query: string, status: number, text: string]> = [
  [
    "?resource=bootstrap",
    400,
    "bootstrap is not a repeated field. Use ?mask=bootstrap to get only this field",
  ],
  ["?resource=foo", 404, "foo not found in config dump"],
  ["?resource=static_endpoint_configs", 404, "static_endpoint_configs not found in config dump"],
  ["?mask=foo", 400, "FieldMask foo could not be successfully applied to any configs."],
  [
    "?mask=static_clusters.cluster",
    400,
    "FieldMask static_clusters.cluster could not be successfully applied to any configs.",
  ],
  ["?resource=static_clusters&mask=foo", 400, 'FieldMask paths: "foo"\n could not be successfully used.'],
  [
    "?resource=static_clusters&mask=cluster.hosts.port",
    400,
    'FieldMask paths: "cluster.hosts.port"\n could not be successfully used.',
  ],
  [
    "?resource=inline_scoped_route_configs&mask=scoped_route_configs.name",
    400,
    'FieldMask paths: "scoped_route_configs.name"\n could not be successfully used.',
  ],
  ["?name_regex=%5B", 400, "INVALID_ARGUMENT: Error while parsing name_regex from [: missing ]: ["],
];

for (const [query, status, text] of refusals) {
  Deno.test(`/config_dump${query} is refused in Envoy's words`, async () => {
    assert.deepEqual(await dump(query), { status, type: "text/plain", text });
  });
}
