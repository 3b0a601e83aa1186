// Does what the platform does: calls the worker's own handlers.
export default {
  async fetch(request, { WORKER }) {
    if (new URL(request.url).pathname !== "/cron") return WORKER.fetch(request);
    const { outcome } = await WORKER.scheduled({ cron: "*/10 * * * *", scheduledTime: new Date() });
    return new Response(outcome);
  },
};
