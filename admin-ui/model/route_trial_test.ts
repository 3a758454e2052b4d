import { deepEqual, equal, match } from "node:assert/strict";
import { EMPTY_TRIAL, formOfCurl, formOfQuery, queryOf, requestOf, type TrialForm } from "./route_trial.ts";

const form = (fields: Partial<TrialForm>): TrialForm => ({ ...EMPTY_TRIAL, ...fields });

Deno.test("requestOf() takes an address apart, and the host from a header where the address has none", () => {
  deepEqual(requestOf(form({ url: "https://shop.example:8443/cart?id=1", headers: "x-v: 2\n\nX-Empty:" })), {
    method: "GET",
    scheme: "https",
    authority: "shop.example:8443",
    path: "/cart?id=1",
    headers: [["x-v", "2"], ["X-Empty", ""]],
  });
  deepEqual(
    requestOf(form({ url: "/a", headers: "Host: a.example", listener: "web", random: "7", sourceIp: " 10.0.0.1 " })),
    {
      method: "GET",
      scheme: "http",
      authority: "a.example",
      path: "/a",
      headers: [],
      listener: "web",
      source_ip: "10.0.0.1",
      random: 7,
    },
  );
  const bare = requestOf(form({ url: "http://a.example" }));
  equal(typeof bare === "string" ? bare : bare.path, "/");
});

Deno.test("requestOf() says what is missing", () => {
  match(requestOf(form({})) as string, /URL or a path/);
  match(requestOf(form({ url: "/a" })) as string, /names no host/);
  match(requestOf(form({ url: "http://a/", headers: "no colon" })) as string, /wants a colon: no colon/);
  match(requestOf(form({ url: "http://a/", random: "x" })) as string, /wants to be whole/);
});

Deno.test("formOfCurl() reads what bears on routing", () => {
  deepEqual(
    formOfCurl(`curl -s -X PUT 'http://a.example/x?y=1' -H 'x-v: it'\\''s' -H "a: \\"b\\"" \\\n -o /dev/null`),
    {
      ...EMPTY_TRIAL,
      method: "PUT",
      url: "http://a.example/x?y=1",
      headers: `x-v: it's\na: "b"`,
    },
  );
  equal(formOfCurl("curl http://a/ -d x=1")?.method, "POST");
  equal(formOfCurl("curl -I http://a/")?.method, "HEAD");
  equal(formOfCurl("http://a/"), null);
  equal(formOfCurl("curl -s"), null);
});

Deno.test("a form survives its way through the URL", () => {
  const asked = form({ method: "POST", url: "http://a/b?c=d&e", headers: "x: y\nz: 1", random: "12" });
  const query = new URLSearchParams(queryOf(asked).filter(([, value]) => value !== ""));
  deepEqual(formOfQuery((name) => query.get(name) ?? ""), asked);
});
