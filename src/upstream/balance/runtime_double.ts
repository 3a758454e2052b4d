/** `core.v3.RuntimeDouble`: a number that runtime may change. */
import type { RuntimeDoubleConfig } from "../../config/lb_config.ts";
import type { RuntimeValues } from "../../match/runtime_values.ts";

/** Its value at this moment. */
export function runtimeDouble({ defaultValue, runtimeKey }: RuntimeDoubleConfig, runtime: RuntimeValues): number {
  return runtimeKey === "" ? defaultValue : runtime.double(runtimeKey, defaultValue);
}
