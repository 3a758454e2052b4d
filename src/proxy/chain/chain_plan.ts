/**
 * A chain of HTTP filters compiled for a connection manager: which filters a stream gets, by the route it was given
 * (spec/http.md 10.1, 10.2). A chain of a terminal filter alone has no filters: its streams call that one directly.
 *
 * Whether a filter is disabled is decided once, when the chain of a stream is made, with the route chosen then.
 */
import { invariant } from "../../base/errors.ts";
import type { HttpFilterConfig } from "../../config/http_config.ts";
import type { FilterOverride } from "../../config/filter_override_config.ts";
import type { HttpFilterFactory, TerminalFilterFactory } from "../../filter/http_filter.ts";
import type { FilterRegistry } from "../../filter/registry.ts";
import type { FilterServices } from "../../filter/services.ts";
import type { RouteEntry } from "../../route/route_entry.ts";

/** One filter of a chain, but for the last. */
export class PlannedFilter {
  /** As the configuration names it: the key of `typed_per_filter_config`. */
  readonly name: string;
  readonly factory: HttpFilterFactory;
  readonly isDisabled: boolean;
  readonly #typeUrl: string;
  readonly #compiled = new WeakMap<FilterOverride, unknown>();

  constructor({ name, typeUrl, isDisabled }: HttpFilterConfig, factory: HttpFilterFactory) {
    this.name = name;
    this.factory = factory;
    this.isDisabled = isDisabled;
    this.#typeUrl = typeUrl;
  }

  /** What the route says about this filter, compiled, the most specific first. */
  routeConfigs(route: RouteEntry | null): readonly unknown[] {
    const overrides = route?.filterOverrides?.get(this.name);
    if (overrides === undefined) return [];
    return overrides.filter((override) => override.filterTypeUrl === this.#typeUrl).map((override) => {
      if (!this.#compiled.has(override)) {
        this.#compiled.set(override, this.factory.compileRouteConfig?.(override.config) ?? override.config);
      }
      return this.#compiled.get(override);
    });
  }

  /** Whether a stream with this route gets the filter: the most specific level decides, any configuration enables. */
  isWantedBy(route: RouteEntry | null): boolean {
    const override = route?.filterOverrides?.get(this.name)?.[0];
    return override === undefined ? !this.isDisabled : !override.isDisabled;
  }
}

/** The filters of one stream, in the order of the request. */
export interface ChainSelection {
  readonly filters: readonly PlannedFilter[];
  readonly terminal: TerminalFilterFactory;
}

export class ChainPlan {
  readonly #filters: readonly PlannedFilter[];
  readonly #default: ChainSelection;
  readonly #byRoute = new WeakMap<RouteEntry, ChainSelection>();

  /** The configuration has been checked: the last filter is terminal and no other is. */
  constructor(configs: readonly HttpFilterConfig[], registry: FilterRegistry, services: FilterServices) {
    const filters: PlannedFilter[] = [];
    let terminal: TerminalFilterFactory | null = null;
    for (const config of configs) {
      const definition = registry.httpFilter(config.typeUrl);
      if (definition.isTerminal) terminal = definition.createFactory(config.config, services);
      else filters.push(new PlannedFilter(config, definition.createFactory(config.config, services)));
    }
    invariant(terminal !== null, "An HTTP filter chain has no terminal filter");
    this.#filters = filters;
    this.#default = { filters: filters.filter((filter) => !filter.isDisabled), terminal };
  }

  /** What a stream with this route gets. */
  select(route: RouteEntry | null): ChainSelection {
    if (route === null || route.filterOverrides === null || this.#filters.length === 0) return this.#default;
    let selection = this.#byRoute.get(route);
    if (selection === undefined) {
      const filters = this.#filters.filter((filter) => filter.isWantedBy(route));
      selection = { filters, terminal: this.#default.terminal };
      this.#byRoute.set(route, selection);
    }
    return selection;
  }
}
