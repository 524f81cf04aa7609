// Nothing is sent to or fetched from anybody but this server, and a key that is typed is forgotten with the page.
const element = document.getElementById("reference");
// What the viewer draws is replaced as a whole: the address must be read before.
const url = element.dataset.document;
// The viewer's own example of a key is a joke in base64.
const namePlaceholders = () => {
    for (const input of document.querySelectorAll('input[placeholder^="QUxM"]')) {
        input.placeholder = "kbx_live_…";
    }
};
new MutationObserver(namePlaceholders).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributeFilter: ["placeholder"],
});
window.Scalar.createApiReference(element, {
    url,
    layout: "modern",
    theme: "default",
    agent: {disabled: true},
    mcp: {disabled: true},
    telemetry: false,
    withDefaultFonts: false,
    persistAuth: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    documentDownloadType: "json",
    authentication: {preferredSecurityScheme: "ApiKey"},
    defaultHttpClient: {targetKey: "shell", clientKey: "curl"},
    hiddenClients: {
        c: true,
        clojure: true,
        csharp: true,
        dart: true,
        fsharp: true,
        go: true,
        http: true,
        java: true,
        js: ["axios", "jquery", "ofetch", "xhr"],
        julia: true,
        kotlin: true,
        node: true,
        objc: true,
        ocaml: true,
        php: ["guzzle", "laravel"],
        powershell: true,
        python: ["aiohttp", "httpx_async", "httpx_sync", "python3"],
        r: true,
        ruby: true,
        rust: true,
        shell: ["httpie", "wget"],
        swift: true,
    },
});
