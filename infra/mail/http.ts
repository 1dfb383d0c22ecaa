import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { LetterBox } from './letters.ts'

const page = readFileSync(new URL('page.html', import.meta.url))

/** The letters over HTTP: a page to read them, and the addresses that maildev has for programs. `?limit=` asks for the newest alone. */
export function httpServer(letters: LetterBox): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mail')
    const id = /^\/email\/([\w-]+)$/.exec(pathname)?.[1]
    const route = `${request.method} ${id && id !== 'all' ? '/email/:id' : pathname}`
    const limit = Number(searchParams.get('limit') ?? Number.POSITIVE_INFINITY)
    switch (route) {
      case 'GET /':
        return void response.setHeader('content-type', 'text/html; charset=utf-8').end(page)
      case 'GET /healthz':
        return json(response, 200, ['true'])
      case 'GET /email':
        return json(response, 200, ['[', letters.all().slice(-limit).join(','), ']'])
      case 'GET /email/:id':
        return json(response, letters.one(id ?? '') ? 200 : 404, [letters.one(id ?? '') ?? '{"error":"There is no such letter."}'])
      case 'DELETE /email/all':
        letters.clear()
        return json(response, 200, ['true'])
      default:
        return json(response, 404, ['{"error":"There is GET /email, GET /email/:id, DELETE /email/all, GET /healthz, and a page at /."}'])
    }
  })
}

function json(response: ServerResponse, status: number, chunks: string[]): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  for (const chunk of chunks) response.write(chunk)
  response.end()
}
