/**
 * The outcome of a gRPC request: `grpc-status` of the trailers, else of the response's head, else what the HTTP status
 * stands for (spec/http.md 8.2). Other requests have none.
 */
import type { ByteWriter } from "../../base/byte_writer.ts";
import { isGrpcRequest } from "../../http/grpc.ts";
import { GRPC_STATUS_NAMES, grpcStatusOf } from "../grpc_outcome.ts";
import type { StreamView } from "../stream_view.ts";
import { Operator, type OperatorTable } from "./operator.ts";

/** How a status is written. */
type Form = "CAMEL_STRING" | "SNAKE_STRING" | "NUMBER";

class GrpcStatusOperator extends Operator {
  override readonly isText: boolean;
  readonly #form: Form;

  constructor(form: Form) {
    super();
    this.#form = form;
    this.isText = form !== "NUMBER";
  }

  override write(writer: ByteWriter, view: StreamView): boolean {
    if (view.request === null || !isGrpcRequest(view.request.headers)) return false;
    const status = grpcStatusOf(view);
    if (Number.isNaN(status)) return false;
    const name = GRPC_STATUS_NAMES[status];
    if (this.#form === "NUMBER" || name === undefined) writer.writeLatin1(String(status));
    else writer.writeLatin1(this.#form === "CAMEL_STRING" ? name.camel : name.snake);
    return true;
  }

  override writeJson(writer: ByteWriter, view: StreamView): boolean {
    return this.isText ? super.writeJson(writer, view) : this.write(writer, view);
  }
}

/** The gRPC status, by number and by name. */
export const GRPC_OPERATORS: OperatorTable = {
  GRPC_STATUS: ({ args }) => new GrpcStatusOperator(args[0] as Form),
  GRPC_STATUS_NUMBER: () => new GrpcStatusOperator("NUMBER"),
};
