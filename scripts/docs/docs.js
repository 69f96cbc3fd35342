// Starts the viewer on the page at /docs. A file of its own, since the page's policy allows no inline script.
const viewer = document.getElementById("swagger-ui");
const linked = document.getElementById(location.hash.slice(1));

globalThis.SwaggerUIBundle({
  url: "/v1/openapi.json",
  domNode: viewer,
  // The viewer's own links look like #/Lines; it would take a link to a problem code (#not_found) for a broken one.
  deepLinking: !linked,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
});

// The problem codes stand below the viewer, which grows in steps as it loads: the link is followed again at each step,
// until the reader takes over.
if (linked) {
  const growth = new ResizeObserver(() => linked.scrollIntoView());
  growth.observe(viewer);
  for (const act of ["wheel", "pointerdown", "keydown"]) {
    addEventListener(act, () => growth.disconnect(), { once: true });
  }
}
