/** What binding needs beside the socket: a unix path that is free, and words for what went wrong, as Envoy reports it. */
import { errorText } from "../base/errors.ts";

/** Removes the socket file that a process before this one left at `path`. Any other file stays, and the bind fails. */
export function removeStaleSocket(path: string): void {
  try {
    if (Deno.lstatSync(path).isSocket) Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The system's words for why an address could not be bound. */
export function bindError(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "Address already in use";
  if (error instanceof Deno.errors.PermissionDenied) return "Permission denied";
  if (error instanceof Deno.errors.AddrNotAvailable) return "Cannot assign requested address";
  const text = errorText(error);
  return text.replace(/ \(os error \d+\)$/, "");
}
