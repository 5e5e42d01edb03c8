import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiExcludeController, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { OpenTo } from './guard.ts';

/** Swagger UI from the disk, started by a script of ours: its own page has styles inline, which no page here may have. */

const UI = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'))(
  'swagger-ui-dist/absolute-path.js',
) as () => string;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Marketplace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/openapi/ui/swagger-ui.css">
<link rel="stylesheet" href="/openapi/style.css">
<script src="/openapi/ui/swagger-ui-bundle.js" defer></script>
<script src="/openapi/start.js" defer></script>
</head>
<body>
<p><a href="/">Back to the marketplace</a></p>
<main>
<h1>Marketplace API</h1>
<p>Amounts are strings of paise (INR). You are signed in: the session is a cookie. Calls that change something carry the
header <code>x-token</code>, which <code>GET /api/token</code> tells. Refusals are
<code>{"error": {"code", "message"}}</code>. The same for machines: <a href="/openapi.json">/openapi.json</a>.</p>
<noscript><p>The list of calls needs JavaScript.</p></noscript>
<div id="api"></div>
</main>
</body>
</html>`;

/** Its own colours are too pale to read. */
const STYLE = `body { margin: 1rem; font-family: system-ui, sans-serif; }
.swagger-ui .opblock .opblock-summary-method { color: #101418; text-shadow: none; }
`;

const START = `// The token of the session goes with every call that is tried out.
let token;
window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: false,
  validatorUrl: null,
  // The heading is ours.
  plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
  requestInterceptor: async (request) => {
    if (request.url.endsWith('/openapi.json')) return request;
    token ??= (await (await fetch('/api/token')).json()).token;
    request.headers['x-token'] = token;
    return request;
  },
});`;

/** What the description is kept under until the app has been put together. */
export class OpenApiDocument {
  current: OpenAPIObject | undefined;
}

@ApiExcludeController()
@Controller()
@OpenTo('anybody')
export class OpenApiController {
  readonly #document: OpenApiDocument;

  constructor(@Inject(OpenApiDocument) document: OpenApiDocument) {
    this.#document = document;
  }

  @Get('openapi')
  page(@Res() response: ServerResponse): void {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(PAGE);
  }

  @Get('openapi/style.css')
  style(@Res() response: ServerResponse): void {
    response.setHeader('content-type', 'text/css; charset=utf-8');
    response.end(STYLE);
  }

  @Get('openapi/start.js')
  start(@Res() response: ServerResponse): void {
    response.setHeader('content-type', 'text/javascript; charset=utf-8');
    response.end(START);
  }

  @Get('openapi.json')
  json(@Res() response: ServerResponse): void {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(this.#document.current));
  }
}

/** Describes the routes of an app, and serves the files of Swagger UI. */
export function describe(app: NestExpressApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Marketplace API')
    .setDescription(
      'Amounts are strings of paise (INR). Sign in at /sign-in: the session is a cookie. Calls that change something carry the header x-token, which GET /api/token tells. Refusals are {"error": {"code", "message"}}.',
    )
    .setVersion('1')
    .build();
  app.get(OpenApiDocument).current = SwaggerModule.createDocument(app, config);
  app.useStaticAssets(path.resolve(UI()), { prefix: '/openapi/ui', index: false });
}
