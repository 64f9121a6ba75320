"""server.py [CERTIFICATE KEY]: an OpenAI-compatible server on a free port of loopback, which it prints.

With a certificate it speaks TLS only. Each answer is four tokens in an event stream.
"""
import http.server
import json
import ssl
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        if self.path != "/v1/models":
            return self.send_error(404)
        return self.reply("application/json", json.dumps({"data": [{"id": "tiny", "owned_by": "test"}]}))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        events = [{"choices": [{"delta": {"content": "word "}}]} for _ in range(4)]
        events.append({"choices": [{"delta": {}, "finish_reason": "length"}]})
        events.append({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 4}})
        lines = [json.dumps(event) for event in events] + ["[DONE]"]
        self.reply("text/event-stream", "".join("data: %s\n\n" % line for line in lines))

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) == 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
