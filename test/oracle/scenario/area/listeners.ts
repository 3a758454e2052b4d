/** Listeners that come, change and go by LDS: spec/xds.md 7.3, 9.3 and 10. */
import { address, direct, httpListener, type Message } from "../resources.ts";
import type { ScenarioGroup } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const ROOT = "listener_manager";
const COUNTS = [
  ...["listener_added", "listener_modified", "listener_removed", "listener_stopped", "listener_create_failure"],
  ...["listener_in_place_updated", "total_listeners_warming", "total_listeners_active", "total_listeners_draining"],
  ...["total_filter_chains_draining", "lds.update_success", "lds.update_rejected", "lds.update_failure"],
];

const answering = (stage: Stage, body: string, listener: Message = {}, name = "web") =>
  stage.listener({ routes: [direct(body)], listener }, name);

async function tell(stage: Stage): Promise<void> {
  await stage.listeners();
  await stage.dump("listeners");
  await stage.stats(ROOT, ...COUNTS);
}

async function startWith(stage: Stage, ...listeners: readonly Message[]): Promise<void> {
  stage.write("lds", listeners);
  await stage.start();
}

export const LISTENERS: ScenarioGroup = {
  name: "listeners",
  scenarios: [
    {
      name: "a listener comes",
      play: async (stage) => {
        await startWith(stage);
        await stage.ask();
        await stage.changeListeners([answering(stage, "a")]);
        await stage.askUntil('"a"');
        await tell(stage);
      },
    },
    {
      name: "the same listener again is nothing new",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        await stage.changeListeners([answering(stage, "a")]);
        await stage.ask();
        await tell(stage);
      },
    },
    {
      name: "a listener whose filter chains change stays in its place",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        await stage.changeListeners([answering(stage, "b")]);
        await stage.askUntil('"b"');
        await stage.stats(ROOT, ...COUNTS.filter((name) => name !== "total_filter_chains_draining"));
        await stage.dump("listeners");
      },
    },
    {
      name: "a listener that changes otherwise is replaced",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        await stage.changeListeners([answering(stage, "b", { per_connection_buffer_limit_bytes: 10_000 })]);
        await stage.askUntil('"b"');
        await stage.until(`${ROOT}.total_listeners_draining`, 0);
        await tell(stage);
      },
    },
    {
      name: "a listener goes to another address",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        await stage.listeners();
        await stage.changeListeners([answering(stage, "b", { address: address(0, "127.0.0.2") })]);
        await stage.askUntil('"b"');
        await stage.until(`${ROOT}.total_listeners_draining`, 0);
        await tell(stage);
      },
    },
    {
      name: "a listener goes, and comes again",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"), answering(stage, "x", {}, "other"));
        await stage.changeListeners([answering(stage, "x", {}, "other")]);
        await stage.until(`${ROOT}.total_listeners_draining`, 0);
        await stage.ask();
        await stage.ask("/", {}, "other");
        await tell(stage);
        await stage.changeListeners([answering(stage, "b"), answering(stage, "x", {}, "other")]);
        await stage.askUntil('"b"');
        await tell(stage);
      },
    },
    {
      name: "all listeners go",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"), answering(stage, "x", {}, "other"));
        await stage.changeListeners([]);
        await stage.until(`${ROOT}.total_listeners_draining`, 0);
        await tell(stage);
        await stage.page("/ready");
      },
    },
    {
      name: "an address that somebody else has refuses its listener, not the others",
      play: async (stage) => {
        const { port, free } = stage.takenPort();
        await startWith(stage, answering(stage, "a"));
        const taken = answering(stage, "b", { address: address(port) }, "taken");
        await stage.changeListeners([answering(stage, "a"), taken, answering(stage, "x", {}, "other")]);
        await stage.ask();
        await stage.askUntil('"x"', "/", {}, "other");
        await stage.ask("/", {}, "taken");
        await tell(stage);
        free();
        await stage.changeListeners([answering(stage, "a"), taken]);
        await stage.askUntil('"b"', "/", {}, "taken");
        await stage.until(`${ROOT}.total_listeners_draining`, 0);
        await tell(stage);
      },
    },
    {
      name: "a listener that cannot go to a new address stays",
      play: async (stage) => {
        const { port } = stage.takenPort();
        await startWith(stage, answering(stage, "a"));
        await stage.changeListeners([answering(stage, "b", { address: address(port) })]);
        await stage.ask();
        await tell(stage);
      },
    },
    {
      name: "of two listeners on one address the first is taken",
      play: async (stage) => {
        const { port, free } = stage.takenPort();
        await startWith(stage);
        free();
        const at = { address: address(port) };
        await stage.changeListeners([answering(stage, "a", at), answering(stage, "b", at, "other")]);
        await stage.askUntil('"a"');
        await tell(stage);
      },
    },
    {
      name: "of two listeners of one name the first is taken",
      play: async (stage) => {
        await startWith(stage);
        await stage.changeListeners([answering(stage, "a"), answering(stage, "b")]);
        await stage.askUntil('"a"');
        await tell(stage);
      },
    },
    {
      name: "one bad listener of two: the other is taken",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        await stage.changeListeners([answering(stage, "b", { filter_chains: [] }), answering(stage, "x", {}, "other")]);
        await stage.ask();
        await stage.askUntil('"x"', "/", {}, "other");
        await tell(stage);
      },
    },
    {
      name: "a value out of its range refuses all listeners",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        const bad = answering(stage, "x", {
          address: { socket_address: { address: "127.0.0.1", port_value: 70_000 } },
        });
        await stage.changeListeners([answering(stage, "b"), bad]);
        await stage.ask();
        await tell(stage);
      },
    },
    {
      name: "listeners of the bootstrap are not LDS's to change",
      play: async (stage) => {
        stage.write("lds", [answering(stage, "b")]);
        await stage.start({ listeners: [answering(stage, "a")] });
        await stage.ask();
        await stage.changeListeners([answering(stage, "c")]);
        await stage.ask();
        await stage.changeListeners([]);
        await stage.ask();
        await tell(stage);
      },
    },
    {
      name: "a listener takes the address of one that goes",
      play: async (stage) => {
        const { port, free } = stage.takenPort();
        const at = { address: address(port) };
        await startWith(stage);
        free();
        await stage.changeListeners([answering(stage, "a", at)]);
        await stage.askUntil('"a"');
        await stage.changeListeners([answering(stage, "b", at, "other")]);
        await stage.ask("/", {}, "other");
        await stage.listeners();
      },
    },
    {
      name: "a listener with a filter that nobody knows",
      play: async (stage) => {
        await startWith(stage, answering(stage, "a"));
        const unknown = httpListener("web", "/dev/null", {
          routes: [direct("b")],
          manager: { http_filters: [{ name: "x", typed_config: { "@type": "type.googleapis.com/none.Such" } }] },
        });
        await stage.changeListeners([unknown]);
        await stage.ask();
        await tell(stage);
      },
    },
  ],
};
