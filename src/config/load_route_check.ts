/**
 * The two files of a route check: a `RouteConfiguration` alone, and the tests it is put to.
 *
 * Whether clusters exist is not asked, and what routes say of filters is not looked at: neither has a part in the
 * choice of a route. The rest of the route configuration is held to the same rules as in a bootstrap.
 */

import { z } from "zod";
import { checkWeightsBelow } from "./references.ts";
import { type LoadedMessage, loadMessage, type MessageText } from "./load_message.ts";
import type { RouteTestsConfig } from "./route_check_config.ts";
import type { RouteConfiguration } from "./route_config.ts";
import type { DataReader } from "./schema/data_source.ts";
import { routeConfigurationSchema } from "./schema/route_configuration.ts";
import { routeTestsSchema } from "./schema/route_check.ts";

const ROUTE_CONFIGURATION = "envoy.config.route.v3.RouteConfiguration";
const VALIDATION = "envoy.RouterCheckToolSchema.Validation";

const ANY_OVERRIDES = z.record(z.string(), z.unknown()).default({}).transform(() => ({}));

/** Reads a route configuration; throws ConfigError with every problem found. */
export function loadRouteConfiguration(
  source: MessageText,
  data: DataReader,
  checksDeprecation: boolean,
): LoadedMessage<RouteConfiguration> {
  return loadMessage(source, {
    messageName: ROUTE_CONFIGURATION,
    schema: routeConfigurationSchema(data, ANY_OVERRIDES),
    checksDeprecation,
    check: (tree, report) => checkWeightsBelow(ROUTE_CONFIGURATION, tree, report),
  });
}

/** Reads the tests; throws ConfigError with every problem found. */
export function loadRouteTests(source: MessageText): LoadedMessage<RouteTestsConfig> {
  return loadMessage(source, { messageName: VALIDATION, schema: routeTestsSchema, checksDeprecation: false });
}
