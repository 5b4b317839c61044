// Shows the document. A file of its own, since the page allows no script inside it.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null, // Nothing is ever asked of another site.
  persistAuthorization: false,
  syntaxHighlight: false,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
});
