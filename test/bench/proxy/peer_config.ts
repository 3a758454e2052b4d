/**
 * The configuration texts of the peers. All do the same header work: forwarded-for, forwarded-proto and a request id;
 * upstream connections are kept and reused, and no limit of requests per connection cuts a run.
 */

/** The ports one configuration names. */
export interface PeerPorts {
  readonly port: number;
  readonly adminPort: number | null;
  readonly originPort: number;
}

/**
 * Envoy's and denvoy's: listener, connection manager, router, STATIC cluster, everything else at its default. The last of
 * the routes is the one that answers.
 */
export function envoyConfig(ports: PeerPorts, routes = 1): string {
  const others = Array.from(
    { length: routes - 1 },
    (_, i) => `              - { match: { prefix: "/service-${i}/" }, route: { cluster: origin } }\n`,
  );
  return `admin:
  address: { socket_address: { address: 127.0.0.1, port_value: ${ports.adminPort} } }
static_resources:
  listeners:
  - name: ingress
    address: { socket_address: { address: 127.0.0.1, port_value: ${ports.port} } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress_http
          use_remote_address: true
          route_config:
            name: local_route
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
${others.join("")}              - match: { prefix: "/" }
                route: { cluster: origin }
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: origin
    type: STATIC
    connect_timeout: 5s
    load_assignment:
      cluster_name: origin
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: { socket_address: { address: 127.0.0.1, port_value: ${ports.originPort} } }
`;
}

/** nginx as a reverse proxy with one worker. */
export function nginxConfig(ports: PeerPorts, folder: string): string {
  return `daemon off; worker_processes 1; pid ${folder}/nginx-peer.pid; error_log stderr crit;
worker_rlimit_nofile 65536;
events { worker_connections 16384; }
http {
  access_log off;
  keepalive_timeout 3600; keepalive_requests 1000000000;
  proxy_temp_path ${folder}/t1; client_body_temp_path ${folder}/t2; fastcgi_temp_path ${folder}/t3;
  uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
  upstream origin {
    server 127.0.0.1:${ports.originPort};
    keepalive 64; keepalive_requests 1000000000; keepalive_timeout 3600;
  }
  server {
    listen 127.0.0.1:${ports.port} backlog=4096;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_max_temp_file_size 0;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Request-Id $request_id;
    }
  }
}
`;
}

/** HAProxy in HTTP mode with one thread. */
export function haproxyConfig(ports: PeerPorts): string {
  return `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  option forwardfor
  http-reuse always
frontend ingress
  bind 127.0.0.1:${ports.port}
  unique-id-format %[uuid()]
  unique-id-header X-Request-Id
  http-request set-header X-Forwarded-Proto http
  default_backend origin
backend origin
  server origin 127.0.0.1:${ports.originPort}
`;
}
