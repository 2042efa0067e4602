/** Stands in for curl on machines that have none: for what the documentation uses of it, and no more. */
const headers: Record<string, string> = {};
const given = { method: "", url: "", body: "", showHeaders: false };

const words = process.argv.slice(2);
const next = (): string => words.shift() ?? "";
while (words.length > 0) {
  const word = next();
  if (word === "-sS") continue;
  if (word === "-w") next();
  else if (word === "-i") given.showHeaders = true;
  else if (word === "-X") given.method = next();
  else if (word === "-d") given.body = next();
  else if (word === "-H") {
    const [, name = "", value = ""] = /^([^:]+): *(.*)$/.exec(next()) ?? [];
    headers[name] = value;
  } else if (word.startsWith("-") || given.url !== "") throw new Error(`not known here: ${word}`);
  else given.url = word;
}

const { method, url, body, showHeaders } = given;
const answer =
  body === ""
    ? await fetch(url, { method: method || "GET", headers })
    : await fetch(url, { method: method || "POST", headers, body });
if (showHeaders) {
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  process.stdout.write(`HTTP/1.1 ${answer.status} \r\n${lines.join("")}\r\n`);
}
process.stdout.write(`${await answer.text()}\n`);
