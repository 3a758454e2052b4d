/** `GET /api/v1/events?topics=…`: the one stream a console tab needs (spec/console.md 7.8). */
import type { Hono } from "hono";
import { z } from "zod";
import type { AdminEnv } from "../access.ts";
import type { Topic } from "../contract/frames.ts";
import { type EventHub, MAX_CLIENTS } from "../event_hub.ts";
import { problem, queryProblem } from "../problem_details.ts";

const TOPICS: readonly Topic[] = [
  "overview",
  "clusters",
  "listeners",
  "workers",
  "runtime",
  "xds",
  "events",
  "audit",
  "actions",
  "warming",
];

const EventsQuery = z.object({
  topics: z.string().default("overview").transform((text) => [...new Set(text.split(","))])
    .pipe(z.array(z.enum(TOPICS)).min(1)),
});

const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  // A compressor between would hold frames back.
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/** Adds the route to the app. */
export function addEventRoute(app: Hono<AdminEnv>, hub: EventHub): void {
  app.get("/api/v1/events", (context) => {
    const query = EventsQuery.safeParse(context.req.query());
    if (!query.success) return queryProblem(query.error);
    // A stream that nobody will read must not take a place.
    if (context.req.raw.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    const lastEventId = context.req.header("last-event-id");
    const client = hub.open(
      query.data.topics,
      lastEventId === undefined || !/^\d{1,15}$/.test(lastEventId) ? NaN : Number(lastEventId),
      context.var.readOnlyReason,
      context.var.visitor.holder,
    );
    if (client === null) return problem(429, `Too many event streams: ${MAX_CLIENTS} are open, which is the limit`);
    return new Response(client.stream, { headers: STREAM_HEADERS });
  });
}
