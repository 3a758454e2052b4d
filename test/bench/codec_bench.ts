/**
 * What the HTTP/1 codecs cost a proxied request: `deno bench test/bench/codec_bench.ts`.
 * The bar is 1.5 µs for parsing and encoding a browser's request head (design: 24 µs for the whole request).
 */
import { latin1Bytes } from "../../src/base/ascii.ts";
import { ByteBlock } from "../../src/base/byte_block.ts";
import type { ByteSink } from "../../src/base/byte_sink.ts";
import { ByteWriter } from "../../src/base/byte_writer.ts";
import { H1ClientCodec } from "../../src/codec/h1/client_codec.ts";
import type { H1ClientOptions, H1ServerOptions } from "../../src/codec/h1/options.ts";
import { H1ServerCodec } from "../../src/codec/h1/server_codec.ts";
import type { RequestReceiver, ResponseEncoder, ResponseReceiver } from "../../src/codec/http_codec.ts";
import { HeaderId, headerMask } from "../../src/http/header_names.ts";
import { RequestHead } from "../../src/http/request_head.ts";
import { ResponseHead } from "../../src/http/response_head.ts";

const REQUEST = latin1Bytes([
  "GET /api/v1/items/42?sort=name&page=2 HTTP/1.1",
  "Host: www.example.com",
  "Connection: keep-alive",
  'sec-ch-ua: "Chromium";v="126", "Not/A)Brand";v="8"',
  "sec-ch-ua-mobile: ?0",
  'sec-ch-ua-platform: "Linux"',
  "Upgrade-Insecure-Requests: 1",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Sec-Fetch-Site: none",
  "Sec-Fetch-Mode: navigate",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-GB,en;q=0.9",
  "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
  "",
  "",
].join("\r\n"));

const RESPONSE_HEAD = latin1Bytes([
  "HTTP/1.1 200 OK",
  "Content-Type: application/json; charset=utf-8",
  "Content-Length: 120",
  "Date: Mon, 01 Jan 2024 00:00:00 GMT",
  "Server: origin",
  "Cache-Control: private, max-age=0",
  'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
  "",
  "",
].join("\r\n"));
const RESPONSE = new Uint8Array([...RESPONSE_HEAD, ...new Uint8Array(120).fill(120)]);

const SERVER_OPTIONS: H1ServerOptions = {
  maxHeadersKb: 60,
  maxHeadersCount: 100,
  enableTrailers: false,
  allowChunkedLength: false,
  properCaseWords: false,
  acceptHttp10: false,
  defaultHostForHttp10: "",
  allowAbsoluteUrl: true,
  allowCustomMethods: false,
  refuseHttpsTarget: false,
};
const CLIENT_OPTIONS: H1ClientOptions = { ...SERVER_OPTIONS, sendFullyQualifiedUrl: false };
const HOP_BY_HOP = headerMask(HeaderId.connection, HeaderId.transferEncoding, HeaderId.upgrade, HeaderId.keepAlive);

class BlindSink implements ByteSink {
  readonly writer = new ByteWriter();
  touch(): void {}
  writeBlock(block: ByteBlock, start: number, end: number): void {
    this.writer.writeRange(block.bytes, start, end);
  }
}

class Quiet {
  onHead(): void {}
  onBody(): void {}
  onTrailers(): void {}
  onEnd(): void {}
  onFault(): void {}
  onWriteBlocked(): void {}
  onInterim(): void {}
}

class QuietRequest extends Quiet implements RequestReceiver {
  readonly head = new RequestHead();
}

class QuietResponse extends Quiet implements ResponseReceiver {
  readonly head = new ResponseHead();
}

const request = new QuietRequest(), response = new QuietResponse();
let responseEncoder: ResponseEncoder | null = null;
const serverSink = new BlindSink(), clientSink = new BlindSink();
const server = new H1ServerCodec(
  {
    openStream: (encoder) => {
      responseEncoder = encoder;
      return request;
    },
    readDisable: () => {},
    onExchangeEnd: () => {},
  },
  serverSink,
  SERVER_OPTIONS,
);
const client = new H1ClientCodec(
  { readDisable: () => {}, onExchangeEnd: () => {}, onUnexpectedBytes: () => {} },
  clientSink,
  CLIENT_OPTIONS,
);
const requestBlock = new ByteBlock(new Uint8Array(4096)), responseBlock = new ByteBlock(new Uint8Array(4096));

function refill(block: ByteBlock, bytes: Uint8Array): void {
  block.bytes.set(bytes);
}

function parseRequest(): void {
  refill(requestBlock, REQUEST);
  server.receive(requestBlock, 0, REQUEST.length);
}

function encodeRequest(): void {
  const encoder = client.openStream(response);
  request.head.headers.removeAny(HOP_BY_HOP);
  request.head.headers.openLine(HeaderId.xForwardedProto).writeLatin1("http");
  request.head.headers.closeLine();
  encoder.encodeHead(request.head, true);
  clientSink.writer.clear();
}

function parseResponse(): void {
  refill(responseBlock, RESPONSE);
  client.receive(responseBlock, 0, RESPONSE.length);
}

function encodeResponse(): void {
  responseEncoder!.encodeHead(response.head, false);
  responseEncoder!.encodeBody(responseBlock, RESPONSE_HEAD.length, RESPONSE.length);
  responseEncoder!.encodeEnd(null);
  serverSink.writer.clear();
  request.head.release();
  response.head.release();
}

/** Nanoseconds of each step, over whole exchanges: steps cannot run apart, each leaves what the next one needs. */
function measure(exchanges: number): number[] {
  const steps = [parseRequest, encodeRequest, parseResponse, encodeResponse];
  const sums = steps.map(() => 0);
  // 64 connections' worth at a time would hide the clock's price; the clock is read per step and its price taken off.
  let clock = 0;
  for (let turn = 0; turn < exchanges; turn++) {
    steps.forEach((step, index) => {
      const start = performance.now();
      step();
      const between = performance.now();
      const end = performance.now();
      sums[index]! += between - start;
      clock += end - between;
    });
  }
  return sums.map((sum) => (sum - clock / steps.length) * 1e6 / exchanges);
}

function exchange(): void {
  parseRequest();
  encodeRequest();
  parseResponse();
  encodeResponse();
}

if (import.meta.main) {
  for (let turn = 0; turn < 50_000; turn++) exchange();
  const names = ["parse request", "encode request", "parse response", "encode response"];
  const figures = measure(100_000);
  names.forEach((name, index) => console.log(`${name}: ${figures[index]!.toFixed(0)} ns`));
}

Deno.bench(`parse a ${REQUEST.length}-byte request, encode it, parse a response, encode it`, exchange);
