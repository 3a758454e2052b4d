/** Health checks against real origins on loopback: HTTP/1, TCP, HTTP/2 and gRPC; nothing is left behind after them. */
import assert from "node:assert/strict";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { asGrpc, LiveChecks, SOON } from "../support/live_health_checks.ts";

/** A listening server on any port, with its connections; closes with its scope. */
class Origin implements AsyncDisposable {
  readonly port: number;
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket: Socket) => {
      socket.on("error", () => {});
      this.sockets.push(socket);
    });
  }

  static async of(server: Server): Promise<Origin> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    return new Origin(server);
  }

  static tcp(onSocket: (socket: Socket, number: number) => void): Promise<Origin> {
    let number = 0;
    return Origin.of(createServer((socket) => onSocket(socket, ++number)));
  }

  static http(listener: RequestListener): Promise<Origin> {
    return Origin.of(createHttpServer({ keepAliveTimeout: 60_000 }, listener));
  }

  static http2(onStream: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void): Promise<Origin> {
    const server = createHttp2Server();
    server.on("stream", (stream: ServerHttp2Stream, headers: Record<string, unknown>) => {
      stream.on("error", () => {});
      onStream(stream, headers);
    });
    return Origin.of(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Resolves when the peer of each connection has closed it. */
async function untilClosed(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(sockets.map((socket) =>
    socket.closed ? undefined : new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.resume();
    })
  ));
}

const HTTP = `${SOON}, http_health_check: {path: /up}`;

Deno.test("HTTP checks of a real origin share one connection, which goes with the checks", async () => {
  const agents = new Set<string>();
  await using origin = await Origin.http((request, response) => {
    agents.add(`${request.method} ${request.url} ${request.headers["user-agent"]} ${request.headers.host}`);
    response.end("ok");
  });
  const checks = LiveChecks.at(origin.port, HTTP);
  assert.deepEqual(await checks.texts(5), Array(5).fill("passed"));
  assert.deepEqual([...agents], ["GET /up Envoy/HC web"]);
  assert.equal(origin.sockets.length, 1);
  checks.close();
  await untilClosed(origin.sockets);
  assert.equal(checks.loop.blocks.onLoan, 0);
});

Deno.test("an HTTP answer may come one byte at a time", async () => {
  const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-envoy-degraded: 1\r\n\r\nok";
  await using origin = await Origin.tcp((socket) =>
    socket.on("data", async () => {
      socket.setNoDelay(true);
      for (const byte of answer) await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    })
  );
  const checks = LiveChecks.at(origin.port, HTTP);
  assert.deepEqual(await checks.texts(2), ["passed", "passed"]);
  assert.equal(origin.sockets.length, 1);
  checks.close();
  await untilClosed(origin.sockets);
});

Deno.test("resets, refusals and silence fail HTTP checks by the network", async () => {
  await using resetting = await Origin.tcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
  const reset = LiveChecks.at(resetting.port, HTTP);
  assert.deepEqual((await reset.first(2)).map(({ failure }) => failure), ["NETWORK", "NETWORK"]);
  reset.close();
  await using silent = await Origin.tcp(() => {});
  const waiting = LiveChecks.at(silent.port, HTTP.replace("timeout: 5s", "timeout: 0.02s"));
  assert.deepEqual((await waiting.first(2)).map(({ failure }) => failure), ["NETWORK_TIMEOUT", "NETWORK_TIMEOUT"]);
  waiting.close();
  await untilClosed(silent.sockets);
  const { port } = await Origin.tcp(() => {}).then(async (gone) => {
    await gone[Symbol.asyncDispose]();
    return gone;
  });
  const refused = LiveChecks.at(port, HTTP);
  assert.deepEqual(await refused.texts(2), ["Connection refused", "Connection refused"]);
  refused.close();
});

Deno.test("a connection that its origin closes between HTTP checks is made anew", async () => {
  await using origin = await Origin.tcp((socket) =>
    socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
  );
  const checks = LiveChecks.at(origin.port, HTTP);
  assert.deepEqual(await checks.texts(3), ["passed", "passed", "passed"]);
  assert.ok(origin.sockets.length >= 3);
  checks.close();
});

Deno.test("TCP checks of a real origin: payloads over one connection", async () => {
  await using origin = await Origin.tcp((socket) =>
    socket.on("data", async (sent) => {
      assert.equal(String(sent), "PING");
      for (const byte of "xPONG") await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    })
  );
  const checks = LiveChecks.at(
    origin.port,
    `${SOON}, tcp_health_check: {send: {text: "50494E47"}, receive: [{text: "504F4E47"}]}`,
  );
  assert.deepEqual(await checks.texts(3), ["passed", "passed", "passed"]);
  assert.equal(origin.sockets.length, 1);
  checks.close();
  await untilClosed(origin.sockets);
});

const HTTP2 = `${SOON}, http_health_check: {path: /up, codec_client_type: HTTP2, method: POST, send: {text: "6869"}, ` +
  `receive: [{text: "6f6b"}]}`;

Deno.test("HTTP checks over HTTP/2 share one connection", async () => {
  const heads: string[] = [], bodies: string[] = [];
  await using origin = await Origin.http2((stream, headers) => {
    heads.push(Object.entries(headers).map(([name, value]) => `${name}=${value}`).join(" "));
    stream.on("data", (bytes) => bodies.push(String(bytes)));
    stream.on("end", () => {
      stream.respond({ ":status": 200 });
      stream.write("o");
      stream.end("k");
    });
  });
  const checks = LiveChecks.at(origin.port, HTTP2);
  assert.deepEqual(await checks.texts(3), ["passed", "passed", "passed"]);
  assert.equal(
    heads[0],
    ":method=POST :authority=web :path=/up :scheme=http user-agent=Envoy/HC content-length=2",
  );
  assert.equal(bodies[0], "hi");
  assert.equal(origin.sockets.length, 1);
  checks.close();
  await untilClosed(origin.sockets);
});

Deno.test("an HTTP/2 answer that is cut off, reset or refused fails a check by the network", async () => {
  const failures: readonly ((stream: ServerHttp2Stream) => void)[] = [
    (stream) => stream.close(2),
    (stream) => {
      stream.respond({ ":status": 200 });
      stream.write("ok");
      stream.once("data", () => {});
      stream.session!.destroy();
    },
    (stream) => stream.session!.goaway(2),
    (stream) => void stream.session!.destroy(),
  ];
  for (const fail of failures) {
    await using origin = await Origin.http2(fail);
    const checks = LiveChecks.at(origin.port, HTTP2);
    assert.deepEqual((await checks.first(2)).map(({ failure }) => failure), ["NETWORK", "NETWORK"], String(fail));
    checks.close();
  }
  await using plain = await Origin.tcp((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 x\r\n\r\n")));
  const checks = LiveChecks.at(plain.port, HTTP2);
  assert.equal((await checks.first(1))[0]!.failure, "NETWORK");
  checks.close();
});

Deno.test("a GOAWAY without an error lets the HTTP/2 check end and costs the connection", async () => {
  await using origin = await Origin.http2((stream) => {
    stream.session!.goaway(0);
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
  const checks = LiveChecks.at(origin.port, HTTP2);
  assert.deepEqual(await checks.texts(3), ["passed", "passed", "passed"]);
  assert.ok(origin.sockets.length >= 3);
  checks.close();
  await untilClosed(origin.sockets);
});

// ---- gRPC

interface HealthRequest {
  readonly service: string;
}

/** A server of `grpc.health.v1.Health` by the library of gRPC itself. */
class HealthServer implements AsyncDisposable {
  readonly server: grpc.Server = new grpc.Server();
  readonly seen: { service: string; peer: string; metadata: Record<string, unknown>; deadline: unknown }[] = [];
  port = 0;
  #answer: (service: string, callback: grpc.sendUnaryData<number>) => void;

  constructor(answer: (service: string, callback: grpc.sendUnaryData<number>) => void) {
    this.#answer = answer;
    this.server.addService({
      Check: {
        path: "/grpc.health.v1.Health/Check",
        requestStream: false,
        responseStream: false,
        requestSerialize: ({ service }: HealthRequest) => Buffer.from(service),
        requestDeserialize: (bytes: Buffer): HealthRequest => ({ service: String(bytes.subarray(2)) }),
        responseSerialize: (status: number) => Buffer.from([8, status]),
        responseDeserialize: (bytes: Buffer) => bytes[1]!,
      },
    }, {
      Check: (call: grpc.ServerUnaryCall<HealthRequest, number>, callback: grpc.sendUnaryData<number>) => {
        const { service } = call.request;
        const metadata = call.metadata.getMap();
        this.seen.push({ service, peer: call.getPeer(), metadata, deadline: call.getDeadline() });
        this.#answer(service, callback);
      },
    });
  }

  async start(): Promise<this> {
    this.port = await new Promise((resolve, reject) =>
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      })
    );
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.server.forceShutdown();
    return Promise.resolve();
  }
}

/** Any checker: it is replaced by one of gRPC. */
const GRPC = `${SOON}, tcp_health_check: {}`;

Deno.test("gRPC checks of a real server: one connection, the service by its name, metadata and deadline", async () => {
  await using server = await new HealthServer((_service, callback) => callback(null, 1)).start();
  const metadata = { name: "x-meta", value: ["yes"], action: "APPEND_IF_EXISTS_OR_ADD", keepsEmpty: false } as const;
  const checks = LiveChecks.at(
    server.port,
    GRPC,
    (config) => asGrpc(config, { serviceName: "svc", initialMetadata: [metadata] }),
  );
  assert.deepEqual(await checks.texts(4), Array(4).fill("passed"));
  checks.close();
  const [first] = server.seen;
  assert.deepEqual([first!.service, first!.metadata["x-meta"], first!.metadata["user-agent"]], [
    "svc",
    "yes",
    "Envoy/HC",
  ]);
  assert.ok(Number(first!.deadline) - Date.now() < 5000, "5 s from then on");
  assert.equal(new Set(server.seen.map(({ peer }) => peer)).size, 1);
});

/** What a server answers, and what a check makes of it. */
const GRPC_ANSWERS: readonly (readonly [answer: (callback: grpc.sendUnaryData<number>) => void, text: string])[] = [
  [(callback) => callback(null, 1), "passed"],
  [(callback) => callback(null, 2), "serving status 2"],
  [(callback) => callback(null, 0), "serving status 0"],
  [
    (callback) => callback({ code: grpc.status.NOT_FOUND, details: "unknown service" }),
    "gRPC status 5: unknown service",
  ],
  [(callback) => callback({ code: grpc.status.UNAVAILABLE, details: "" }), "gRPC status 14"],
];

Deno.test("whatever a gRPC server answers but SERVING fails the host at once", async () => {
  for (const [answer, text] of GRPC_ANSWERS) {
    await using server = await new HealthServer((_service, callback) => answer(callback)).start();
    const checks = LiveChecks.at(server.port, GRPC, asGrpc);
    const results = await checks.first(2);
    checks.close();
    assert.deepEqual(results.map((result) => result.text), [text, text]);
    assert.equal(results[0]!.failure, text === "passed" ? null : "ACTIVE");
    assert.equal(new Set(server.seen.map(({ peer }) => peer)).size, 1, "the connection is kept");
  }
});

Deno.test("a gRPC server without the service fails the host at once", async () => {
  const server = new grpc.Server();
  const port = await new Promise<number>((resolve) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, bound) => resolve(bound))
  );
  const checks = LiveChecks.at(port, GRPC, asGrpc);
  const [result] = await checks.first(1);
  checks.close();
  server.forceShutdown();
  assert.deepEqual([result!.failure, /^gRPC status 12/.test(result!.text)], ["ACTIVE", true], result!.text);
});

Deno.test("a gRPC check that takes too long is reset and its connection kept, unless reuse is off", async () => {
  for (const [reuse, connections] of [["", 1], [", reuse_connection: false", 3]] as const) {
    const resets: number[] = [];
    await using origin = await Origin.http2((stream) => stream.on("close", () => resets.push(stream.rstCode)));
    const checks = LiveChecks.at(origin.port, GRPC.replace("timeout: 5s", "timeout: 0.2s") + reuse, asGrpc);
    const results = await checks.first(3);
    checks.close();
    await untilClosed(origin.sockets);
    assert.deepEqual(results.map(({ failure }) => failure), Array(3).fill("NETWORK_TIMEOUT"));
    assert.equal(origin.sockets.length, connections);
    assert.equal(resets[0], 8, "CANCEL");
  }
});

Deno.test("a gRPC server that goes away between checks costs nothing but its connection", async () => {
  const server = await new HealthServer((_service, callback) => callback(null, 1)).start();
  const checks = LiveChecks.at(server.port, GRPC.replaceAll("0.01s", "0.2s"), asGrpc);
  await checks.first(1);
  server.server.forceShutdown();
  await using _heir = await new HealthServer((_service, callback) => callback(null, 1)).start();
  const results = await checks.first(2);
  checks.close();
  assert.deepEqual(results.map(({ failure }) => failure), [null, "NETWORK"], "the next one is refused");
});

/** Answers that no library would make: status, fields, body, trailers; and what is said of them. */
const ODD_ANSWERS: readonly (readonly [answer: (stream: ServerHttp2Stream) => void, text: string])[] = [
  [(stream) => stream.respond({ ":status": 503 }), "HTTP 503"],
  [(stream) => stream.respond({ ":status": 200, "content-type": "text/plain" }), "the answer is no gRPC"],
  [
    (stream) => stream.respond({ ":status": 200, "content-type": "application/grpc" }, { endStream: true }),
    "the answer ends without a gRPC status",
  ],
  [
    (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc+proto" });
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
    },
    "the answer ends without a gRPC status",
  ],
  [
    (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.write(Buffer.from([7, 0, 0, 0, 2, 8, 1]));
    },
    "gRPC wire protocol decode error",
  ],
  [
    (stream) =>
      stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "0" }, { endStream: true }),
    "the answer is empty",
  ],
];

Deno.test("an answer that is no good gRPC fails the host at once, without waiting for its end", async () => {
  for (const [answer, text] of ODD_ANSWERS) {
    await using origin = await Origin.http2(answer);
    const checks = LiveChecks.at(origin.port, GRPC, asGrpc);
    const [result] = await checks.first(1);
    checks.close();
    assert.deepEqual([result!.text, result!.failure], [text, "ACTIVE"]);
    await untilClosed(origin.sockets);
  }
});
