import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { epochMilliseconds } from '../database/columns';

/** How many points were used under a name, until when; shared by all processes. */
@Entity('rate_limits')
export class RateLimit {
  @PrimaryColumn({ length: 120 })
  name!: string;

  @Column()
  points!: number;

  @Index('rate_limits_expires')
  @Column({ ...epochMilliseconds, name: 'expires_at' })
  expiresAt!: number;
}
