import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochMilliseconds } from '../database/columns';

/** A challenge that a passkey has answered: it counts no second time. It is kept for longer than the cookie that holds it. */
@Entity('used_challenges')
export class UsedChallenge {
  @PrimaryColumn({ length: 64 })
  hash!: string;

  @Index('used_challenges_used')
  @Column({ ...epochMilliseconds, name: 'used_at' })
  usedAt!: number;
}
