/** Kinds of access log lines. */

/** When a log line is written, in Envoy's words (`%ACCESS_LOG_TYPE%`, spec/http.md 8.2, 8.3). */
export type AccessLogType =
  | "NotSet"
  | "TcpUpstreamConnected"
  | "TcpPeriodic"
  | "TcpConnectionStart"
  | "TcpConnectionEnd"
  | "DownstreamStart"
  | "DownstreamTunnelSuccessfullyEstablished"
  | "DownstreamPeriodic"
  | "DownstreamEnd"
  | "UpstreamPoolReady"
  | "UpstreamPeriodic"
  | "UpstreamEnd"
  | "UdpTunnelUpstreamConnected"
  | "UdpPeriodic"
  | "UdpSessionEnd";
