using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (
      name = "worker",
      worker = (
        modules = [(name = "worker", esModule = embed "worker.js")],
        compatibilityDate = "2026-01-01",
      ),
    ),
    (
      name = "trigger",
      worker = (
        modules = [(name = "trigger", esModule = embed "trigger.mjs")],
        bindings = [(name = "WORKER", service = "worker")],
        compatibilityDate = "2026-01-01",
        compatibilityFlags = ["service_binding_extra_handlers"],
      ),
    ),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "trigger")],
);
