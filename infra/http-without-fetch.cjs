// In place of `node:http` in a bundle. Imported as an ES module, it has Node load its fetch and WebSocket too, for it
// exports the latter; that takes 20 ms of a cold start, and nobody asks for them.
module.exports = process.getBuiltinModule('node:http');
