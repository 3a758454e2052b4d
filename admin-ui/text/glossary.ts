/**
 * Envoy's words in one sentence each, with the stat or endpoint behind them, so that people learn the API (spec/console.md
 * 9.7). It comes when the first word is asked for.
 */

/** By the word as {@link Term} names it: what it is, and where it is seen. */
export const GLOSSARY: Readonly<Record<string, readonly [meaning: string, source: string]>> = {
  "circuit breaker": [
    "A limit on what a cluster may have open at once; what comes beyond it is refused at once, with a 503",
    "cluster.NAME.circuit_breakers.PRIORITY.*_open",
  ],
  cluster: ["Hosts that serve the same, to which routes send requests", "/clusters"],
  degraded: ["A host that works, but is used only when too few healthy ones are left", "/clusters: health_flags"],
  ejection: [
    "Outlier detection takes a host out for a while, because of its errors",
    "cluster.NAME.outlier_detection.*",
  ],
  eds: ["Endpoint discovery: where the hosts of a cluster come from", "cluster.NAME.update_*"],
  generation: ["The number of a configuration; each worker says which one it serves", "/api/v1/workers"],
  lag: ["How late a worker's timers fire: it has more to do than it can", "server.worker_N.watchdog_miss"],
  layer: ["Runtime values come in layers; of two with the same key the later one counts", "/runtime"],
  listener: ["An address where clients connect, with what is done to their bytes", "/listeners"],
  locality: ["Region, zone and sub-zone of a host; near hosts may be preferred", "/clusters: region, zone"],
  nack: ["An update that was refused; what was in force before it stays", "*.update_rejected"],
  overprovisioning: [
    "So much more than its healthy share a priority is trusted to carry, 1.4 times unless configured",
    "/config_dump?include_eds: overprovisioning_factor",
  ],
  panic: [
    "Too few hosts of a priority are healthy: its requests go to all of them, unhealthy ones too",
    "cluster.NAME.lb_healthy_panic",
  ],
  priority: ["Hosts of a later priority take over when those before cannot carry everything", "/clusters: priority"],
  rds: ["Route discovery: where a listener's routes come from", "http.PREFIX.rds.NAME.*"],
  "response flags": ["Why the proxy answered a request itself, or gave it up", "%RESPONSE_FLAGS% in access logs"],
  runtime: ["Values that can be changed while the proxy runs, and that it reads at each use", "/runtime"],
  "success rate": ["Share of a host's answers that are no errors, as outlier detection counts them", "/clusters"],
  "virtual host": [
    "The routes of some domains, chosen by the host that a request names",
    "/config_dump: route_configs",
  ],
  warming: ["It has come and is not ready yet; what was there before it serves meanwhile", "/init_dump"],
  xds: ["The protocol by which a control plane sends configuration", "control_plane.connected_state"],
};
