/** Who we are: the texts of `--version`, `/server_info` and `server.version`. */

/** denvoy's own version; the same as in deno.json, which a test holds. */
export const VERSION = "0.1.0";

/** Envoy's five parts, where it has source revision, version, tree state, build type and TLS library. */
export const VERSION_TEXT = `denvoy/${VERSION}/Clean/RELEASE/Deno`;

/** What `--hot-restart-version` and `/hot_restart_version` tell: the generation of Envoy's protocol we know of. */
export const HOT_RESTART_VERSION = "11.104";
