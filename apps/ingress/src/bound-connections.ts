import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Keeps at most so many connections. Beyond that the one that was opened first goes: whoever has held a connection for longest
 * says little, and a provider who has something to say needs some milliseconds.
 */
export function boundConnections(server: Server, most: number): void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [first] = open;
    if (open.size > most) first?.destroy();
  });
}
