/** What an access log line is written for, in Envoy's words (spec/http.md 8.2, 8.3). */

/** `%ACCESS_LOG_TYPE%`. */
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
