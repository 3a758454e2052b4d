import assert from "node:assert/strict";
import { type Heap, HeapRelease } from "./heap_release.ts";

const MIB = 1_048_576;

/** A heap whose collections leave `live` bytes. */
class FakeHeap implements Heap {
  heapUsed = 0;
  heapTotal = 0;
  collections = 0;

  constructor(readonly live: number) {
    this.allocate(live);
  }

  sizes() {
    return { heapUsed: this.heapUsed, heapTotal: this.heapTotal };
  }

  collect(): void {
    this.collections++;
    this.heapUsed = this.heapTotal = this.live;
  }

  allocate(bytes: number): void {
    this.heapUsed += bytes;
    this.heapTotal = Math.max(this.heapTotal, this.heapUsed);
  }
}

function release(heap: Heap, looks: number, between: () => void = () => {}): void {
  using stack = new DisposableStack();
  const subject = stack.adopt(new HeapRelease(heap), (one) => one.stop());
  for (let i = 0; i < looks; i++) {
    subject.look();
    between();
  }
}

Deno.test("HeapRelease collects once when a thread comes to rest", () => {
  const heap = new FakeHeap(20 * MIB);
  release(heap, 50);
  assert.equal(heap.collections, 1);
});

Deno.test("HeapRelease lets the trickle of a thread at rest pass for quiet", () => {
  const heap = new FakeHeap(20 * MIB);
  release(heap, 50, () => heap.allocate(1000));
  assert.equal(heap.collections, 1);
});

Deno.test("HeapRelease leaves a busy thread alone", () => {
  const heap = new FakeHeap(20 * MIB);
  release(heap, 50, () => heap.allocate(MIB));
  assert.equal(heap.collections, 0);
});

Deno.test("HeapRelease takes a heap that shrinks for busy", () => {
  const heap = new FakeHeap(20 * MIB);
  release(heap, 50, () => heap.heapUsed -= 1);
  assert.equal(heap.collections, 0);
});

Deno.test("HeapRelease comes again after the heap has grown, not before", () => {
  const heap = new FakeHeap(20 * MIB);
  using stack = new DisposableStack();
  const subject = stack.adopt(new HeapRelease(heap), (one) => one.stop());
  const rest = () => {
    for (let i = 0; i < 10; i++) subject.look();
  };
  rest();
  heap.allocate(7 * MIB);
  rest();
  assert.equal(heap.collections, 1);
  heap.allocate(MIB);
  rest();
  assert.equal(heap.collections, 2);
});

Deno.test("HeapRelease frees garbage of the platform's own heap", () => {
  const garbage = Array.from({ length: 200_000 }, (_, i) => ({ i, text: `text ${i}` }));
  const before = Deno.memoryUsage().heapUsed;
  assert.equal(garbage.length, 200_000);
  garbage.length = 0;
  const subject = new HeapRelease();
  try {
    for (let i = 0; i < 10; i++) subject.look();
  } finally {
    subject.stop();
  }
  assert.ok(before - Deno.memoryUsage().heapUsed > 5 * MIB, `${before - Deno.memoryUsage().heapUsed} bytes were freed`);
});
