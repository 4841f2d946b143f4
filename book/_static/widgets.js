// Before the widget scripts: whatever a widget asks for, modules and fonts, is served by the book itself.
requirejs.config({
  baseUrl: `${document.documentElement.dataset.content_root}_static/vendor`,
  paths: {
    "@jupyter-widgets/html-manager": "fonts/html-manager",
    "@jupyter-widgets/html-manager/dist": "fonts",
  },
});
