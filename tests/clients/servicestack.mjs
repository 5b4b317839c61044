// One task for ServiceStack's own client, read from standard input; what came of it, as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { JsonServiceClient } = createRequire(import.meta.url)("@servicestack/client");
const task = JSON.parse(readFileSync(0, "utf-8"));
const client = new JsonServiceClient(task.url);
const seen = { asked: 0 };

if (task.bearer) client.bearerToken = task.bearer;
else if (task.user) client.setCredentials(task.user, task.password);
if (task.afterwards) {
  client.onAuthenticationRequired = async () => {
    seen.asked += 1;
    client.setCredentials(task.afterwards.user, task.afterwards.password);
  };
}
client.responseFilter = (response) => {
  seen.status = response.status;
  seen.position = response.headers.get("X-Position");
};

function send() {
  if (task.form) {
    const body = new FormData();
    for (const [name, value] of Object.entries(task.form)) body.append(name, value);
    return client.sendRequest({ method: "POST", url: client.toAbsoluteUrl(task.path), body });
  }
  if (task.method === "GET") return client.get(task.path, task.args);
  return client.postToUrl(task.path, task.body, task.args);
}

try {
  console.log(JSON.stringify({ ...seen, answer: await send(), ...seen }));
} catch (error) {
  console.log(JSON.stringify({ error, ...seen }));
}
