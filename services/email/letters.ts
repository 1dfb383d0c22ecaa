import type { Occasion } from './decisions.ts'

type Letter = { readonly subject: string; readonly text: string }

export const letterFor = (occasion: Occasion, name: string, orderId: string): Letter => {
  const { subject, body } = wordsFor(occasion)
  return { subject, text: `Dear ${name},\n\n${body}\n\nWith a bow,\nPas de Cinq\n\nYour order: ${orderId}\n` }
}

const wordsFor = (occasion: Occasion): { subject: string; body: string } => {
  switch (occasion) {
    case 'placed':
      return {
        subject: 'We have your order',
        body: 'thank you for your order. We are getting it ready, and will write again as soon as it is on its way.',
      }
    case 'completed':
      return { subject: 'Your order is on its way', body: 'good news: your parcel has left us and is on its way to your door. Enjoy!' }
    case 'cancelled':
      return {
        subject: 'Your order has been cancelled',
        body: 'your order has been cancelled, and nothing more will come of it. We hope to see you again soon.',
      }
    case 'refunded':
      return {
        subject: 'Your money is on its way back',
        body: 'what you paid for your order is on its way back to you, all of it. There is nothing you need to do.',
      }
  }
}
